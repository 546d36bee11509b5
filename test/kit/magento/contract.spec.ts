import { clientOf } from './client.js';
import { Contract } from './contract.js';
import type { ContractFile } from './contract-file.js';
import { readContractFile } from './contract-file.js';
import { startMagento } from './index.js';

const published = readContractFile();
const withContract = published ? describe : describe.skip;

withContract('the contract', () => {
  const product = { sku: 'A-1', name: 'Lamp', price: 9.5, type_id: 'simple', attribute_set_id: 4 };

  it('refuses a wrong path, a wrong type, an unknown shape and a missing body with 400, and keeps them', async () => {
    const shop = await startMagento();
    const call = clientOf(shop);
    expect((await call('POST', 'all/V1/product', { product })).status).toBe(400);
    expect((await call('POST', 'all/V1/products', { product: { ...product, price: 'cheap' } })).status).toBe(400);
    expect((await call('POST', 'all/V1/products', { name: 'x' })).status).toBe(400);
    expect((await call('POST', 'all/V1/products')).status).toBe(400);
    expect((await call('DELETE', 'all/V1/products/A-1', { why: 'body' })).status).toBe(400);
    expect(shop.contract.violations.map(({ side, method, problem }) => [side, method, problem])).toEqual([
      ['request', 'POST', 'no such path and method'],
      ['request', 'POST', expect.stringContaining('/product/price must be number')],
      ['request', 'POST', expect.stringContaining("must have required property 'product'")],
      ['request', 'POST', 'the body is missing'],
      ['request', 'DELETE', 'a body where none is expected'],
    ]);
    expect(() => shop.contract.expectNoViolations()).toThrow('5 violations');
    expect(shop.state.productCount).toBe(0);
    await shop.close();
  });

  it('refuses a body of another content type', async () => {
    const shop = await startMagento();
    const answer = await fetch(`${shop.url}/rest/all/V1/products`, { method: 'POST', body: JSON.stringify({ product }) });
    expect([answer.status, shop.contract.violations.length]).toEqual([400, 1]);
    await shop.close();
  });

  it('takes null for optional fields and in gallery entries, not for what is required', () => {
    const contract = new Contract();
    expect(contract.checkRequest('PUT', '/V1/products/A', { product: { sku: 'A', name: null, media_gallery_entries: null } })).toBeNull();
    const entry = { id: 3, label: null, position: null, disabled: null, types: null, media_type: 'image' };
    expect(contract.checkRequest('PUT', '/V1/products/A/media/3', { entry })).toBeNull();
    expect(contract.checkRequest('PUT', '/V1/products/A', { product: { sku: null } })).toContain('/product/sku');
  });

  it('catches a wrong answer of the stand-in itself, which is then not sent', async () => {
    const shop = await startMagento();
    const call = clientOf(shop);
    shop.people.saveProduct({ sku: 'A-1' });
    shop.people.tamper('A-1', (tampered) => (tampered.typeId = 7 as unknown as string));
    expect((await call('GET', 'all/V1/products/A-1')).status).toBe(500);
    expect(shop.contract.violations).toEqual([
      { side: 'answer', method: 'GET', path: '/V1/products/A-1', problem: expect.stringContaining('/type_id must be string') },
    ]);
    await shop.close();
  });

  it('asks an error for its message only', () => {
    const contract = new Contract();
    expect(contract.checkAnswer('GET', '/V1/products/A', 404, { message: '%1', parameters: ['x'] })).toBeNull();
    expect(contract.checkAnswer('GET', '/V1/products/A', 404, '<html>')).toBe('an error without message');
  });

  it('prefers a fixed word to a parameter', () => {
    const contract = new Contract();
    expect(contract.checkRequest('GET', '/V1/products/attributes', undefined)).toBeNull();
    expect(contract.checkRequest('PUT', '/V1/products/attributes/color', { attribute: {} })).toContain('attribute_code');
  });
});

describe('without the contract’s file', () => {
  it('nothing is checked, and it says so', () => {
    const contract = new Contract(null);
    expect([contract.available, contract.checkRequest('GET', '/nowhere', undefined)]).toEqual([false, null]);
    expect(() => contract.expectNoViolations()).not.toThrow();
  });

  it('a smaller file is held to as well', () => {
    const file: ContractFile = {
      paths: { '/V1/x/{id}': { get: { responses: { 200: { schema: { type: 'boolean' } } } } } },
      definitions: {},
    };
    const contract = new Contract(file);
    expect([contract.checkAnswer('GET', '/V1/x/1', 200, true), contract.checkAnswer('GET', '/V1/x/1', 200, 'yes')]).toEqual([
      null,
      expect.stringContaining('must be boolean'),
    ]);
  });
});

describe('a shared folder that is not there', () => {
  const before = { ...process.env };
  const readAgain = async () => {
    jest.resetModules();
    process.env.PIM2SHOP_SHARED = 'no/such/folder';
    const { readContractFile: read } = await import('./contract-file.js');
    return read;
  };
  afterEach(() => {
    process.env = { ...before };
    jest.restoreAllMocks();
  });

  it('is told in one line, once', async () => {
    delete process.env.CI;
    const lines: string[] = [];
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
    const read = await readAgain();
    expect([read(), read()]).toEqual([null, null]);
    expect(lines).toEqual([expect.stringMatching(/^Magento's contract is not at .*PIM2SHOP_SHARED.*\n$/)]);
  });

  it('is an error with CI=true', async () => {
    process.env.CI = 'true';
    const read = await readAgain();
    expect(() => read()).toThrow("Magento's contract is not at");
  });
});
