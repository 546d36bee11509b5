import { Secrets } from './secrets.js';

const canary = 'cAn4ry/+"ß&=%.key$1';
const known = new Secrets();
known.add(canary);

/** What is left of it that somebody could use. */
const shown = (text: string): string => known.hide(text);

describe('what the process knows as a secret', () => {
  const forms: Readonly<Record<string, string>> = {
    'as it is': `refused ${canary} twice ${canary}`,
    'in the path of a URL': `https://shop.example/rest/${encodeURIComponent(canary)}/x`,
    'in a URL with small digits': `https://shop.example/${encodeURIComponent(canary).replace(/%../g, (code) => code.toLowerCase())}`,
    'in a form': new URLSearchParams({ q: canary }).toString().replace('q=', 'answer '),
    'in JSON': JSON.stringify({ said: canary }),
    'in JSON in JSON': JSON.stringify({ said: JSON.stringify({ said: canary }) }),
    'in the JSON of PHP': JSON.stringify({ said: canary }).replaceAll('/', '\\/').replaceAll('ß', '\\u00df'),
    'in HTML': `<p>${canary.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}</p>`,
    'in hexadecimal digits': Buffer.from(canary).toString('hex'),
  };

  it.each(Object.entries(forms))('is hidden %s', (_where, text) => {
    expect(shown(text)).toContain('***');
    expect(shown(text)).not.toMatch(/cAn4ry|4ry%2|key%24|key\$1|2e6b6579/i);
  });

  it.each(['', 'a', 'ab', 'user:', 'client:x'])('is hidden in base64, wherever in it it begins: after "%s"', (before) => {
    for (const coding of ['base64', 'base64url'] as const) {
      const encoded = Buffer.from(`${before}${canary} and more`).toString(coding);
      const left = shown(`it said ${encoded}`);
      expect(Buffer.from(left.replace('it said ', '').replace('***', ''), coding).toString()).not.toMatch(/n4ry|key/);
      expect(left).toContain('***');
    }
  });

  it('is hidden where a text was cut off in the middle of it', () => {
    const text = `the shop answered with something that is no JSON, and that began so: ${canary.slice(0, 9)}`;
    expect(shown(text)).toMatch(/began so: \*\*\*$/);
  });

  it('is the password in an address, too', () => {
    const secrets = new Secrets();
    secrets.add('amqp://guest:p%40ss-word@broker:5672/');
    expect(secrets.hide('refused p@ss-word and p%40ss-word')).toBe('refused *** and ***');
  });

  it('comes from variables that are named so, and from passwords inside of addresses', () => {
    const secrets = new Secrets();
    secrets.addEnvironment({
      MAGENTO_TOKEN: 'tok-1234',
      SOME_KEY: 'key-1234',
      DATABASE_URL: 'postgresql://a:pg-1234@db/x',
      HOME: '/home/anna',
    });
    expect(secrets.hide('tok-1234 key-1234 pg-1234 /home/anna')).toBe('*** *** *** /home/anna');
  });

  it('may be anything, also half a pair of surrogates or a pattern', () => {
    const secrets = new Secrets();
    secrets.add('\ud800abc', '(.*)', '', 'x');
    expect(secrets.hide('(.*) x \ud800abc')).toBe('*** x ***');
  });
});

describe('what only looks like a secret', () => {
  const nobodyTold = new Secrets();

  it.each([
    ['Authorization: Bearer abcdefghijklmnop', 'abcdefghijklmnop'],
    ['sent Basic dXNlcjpwYXNzd29yZA== to it', 'dXNlcjpwYXNzd29yZA'],
    ['https://anna:hunter22@shop.example/x', 'hunter22'],
    ['GET /x?access_token=hunter22&page=2', 'hunter22'],
    ['{"client_secret":"hunter22","page":2}', 'hunter22'],
    ['{\\"apiKey\\": \\"hunter22\\"}', 'hunter22'],
    ['Set-Cookie: session=hunter22; path=/', 'hunter22'],
  ])('is hidden: %s', (text, secret) => expect(nobodyTold.hide(text)).not.toContain(secret));

  it('leaves alone what is none', () => {
    for (const text of [
      'Basic information is missing',
      'the token was refused: check it',
      'GET https://shop.example/rest/V1/products?page=2&searchCriteria=x',
      'products-magento a1b2c3: the price is no number',
    ])
      expect(nobodyTold.hide(text)).toBe(text);
  });

  it('is looked for in no more time than a text takes to be read', () => {
    const hostile = ['"'.repeat(60_000), '//'.repeat(30_000), '?a_'.repeat(20_000), `"${'a.'.repeat(30_000)}`, 'cookie '.repeat(9_000)];
    const began = performance.now();
    for (const text of hostile) nobodyTold.hide(text);
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});
