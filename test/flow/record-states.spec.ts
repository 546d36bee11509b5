import { magento2 } from '../../src/connectors/targets/magento2/index.js';
import type { DeletePolicies, DeletePolicy, Leaving, Pipeline } from '../../src/mapping/pipeline.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { startMagento } from '../kit/magento/index.js';
import { simple } from '../kit/magento-target/index.js';
import { plainJourney, type PlainJourney } from '../kit/plain/plain-journey.js';
import { limits as removalLimits, plainPipeline } from '../kit/plain/plain-pipeline.js';
import { silentTools } from '../kit/silent-tools.js';

jest.setTimeout(60_000);

type Standing = 'for sale' | 'disabled' | 'archived' | 'not there';

interface Scene {
  /** The journey as these policies have it, from the same PIM and to the same shop as one before it. */
  begin(deletes: DeletePolicies, before?: PlainJourney): Promise<PlainJourney>;
  standing(sku: string): Standing;
  price(sku: string): number | null;
  close(): Promise<void>;
}

let test: TestDatabase;
let scene: Scene;
let on: PlainJourney;
afterEach(async () => {
  await on.project.close();
  await scene.close();
  await test.drop();
});

const reasons: readonly Leaving[] = ['unpublished', 'disabled', 'recycled', 'deleted', 'excluded'];
const policies: readonly (readonly [DeletePolicy, Standing])[] = [
  ['keep', 'for sale'],
  ['disable', 'disabled'],
  ['archive', 'archived'],
  ['delete', 'not there'],
];
const limits = removalLimits(50, 100);

function plainScene(): Promise<Scene> {
  return Promise.resolve({
    begin: (deletes: DeletePolicies, before?: PlainJourney) =>
      plainJourney(test.database, { pim: before?.pim, shop: before?.shop, pipeline: { deletes: { ...deletes, ...limits } } }),
    standing(sku: string): Standing {
      const product = on.shop.products.get(sku);
      if (!product) return 'not there';
      return product.enabled ? 'for sale' : product.archived ? 'archived' : 'disabled';
    },
    price: (sku: string) => Number(on.shop.products.get(sku)?.fields.price ?? NaN),
    close: () => Promise.resolve(),
  });
}

/** The plain PIM's records as products of Magento. */
const map: Pipeline['map'] = (record) => {
  const mapped = plainPipeline().map(record);
  if (mapped.kind !== 'documents') return mapped;
  const documents = mapped.documents.map((document) => {
    const fields = simple(String(document.fields.sku), { price: document.fields.price ?? 1 });
    const text = JSON.stringify(fields);
    return { ...document, fields, text, hash: text };
  });
  return { ...mapped, documents };
};

async function magentoScene(): Promise<Scene> {
  const shop = await startMagento();
  const owned = Object.keys(simple('any'));
  return {
    async begin(deletes, before) {
      const target = await magento2.open({ url: shop.url, token: shop.token }, silentTools);
      return plainJourney(test.database, {
        pim: before?.pim,
        target: { target, targetDefinition: magento2 },
        pipeline: { deletes: { ...deletes, ...limits }, map, owned },
      });
    },
    standing(sku) {
      const values = shop.state.product(sku)?.values;
      if (!values) return 'not there';
      if (values.status === '1') return 'for sale';
      return values.visibility === '1' ? 'archived' : 'disabled';
    },
    price: (sku) => Number(shop.state.product(sku)?.values.price),
    async close() {
      await shop.close();
      shop.contract.expectNoViolations();
    },
  };
}

/** It leaves, or comes back, and the program has noticed. */
async function leave(why: Leaving): Promise<void> {
  if (why === 'deleted') on.pim.remove('a');
  else if (why === 'excluded') on.pim.edit('a', { enabled: false });
  else on.pim.setState('a', why);
  await notice(why === 'deleted' ? 'sweep' : 'delta');
}
async function comeBack(why: Leaving): Promise<void> {
  if (why === 'deleted') on.pim.put('a', { sku: 'a', price: 7 });
  else if (why === 'excluded') on.pim.edit('a', { enabled: true });
  else on.pim.setState('a', 'live');
  await notice('delta');
}
async function notice(kind: 'delta' | 'sweep'): Promise<void> {
  on.pim.clock += 600_000;
  const result = await on[kind]();
  expect([result.state, result.message, result.counts.dead, result.counts.absent]).toEqual(['completed', null, 0, 0]);
}
const takenDown = async () =>
  (await test.database.query<{ taken_down: string | null }>(`SELECT taken_down FROM mirror_document WHERE entity_key = 'a'`))[0]
    ?.taken_down;

describe.each([
  ['a plain shop', plainScene],
  ['Magento', magentoScene],
])('a record that %s has', (_, makeScene) => {
  async function begin(deletes: DeletePolicies): Promise<void> {
    test = await createTestDatabase();
    scene = await makeScene();
    on = await scene.begin(deletes);
    for (const key of ['a', 'b']) on.pim.put(key, { sku: key, price: 7 });
    on.pim.clock += 600_000;
    await on.full();
  }
  async function change(deletes: DeletePolicies): Promise<void> {
    const before = on;
    on = await scene.begin(deletes, before);
    await before.project.close();
  }
  const others = (policy: DeletePolicy): DeletePolicy => (policy === 'disable' ? 'delete' : 'disable');

  describe.each(reasons)('and that is %s', (why) => {
    it.each(policies)('goes by the policy %s of that, and comes back', async (policy, expected) => {
      await begin({ policy: others(policy), [why]: policy });
      await leave(why);
      expect([scene.standing('a'), scene.standing('b')]).toEqual([expected, 'for sale']);
      expect(await takenDown()).toBe(policy === 'keep' ? null : policy);
      await comeBack(why);
      expect([scene.standing('a'), scene.price('a'), await takenDown()]).toEqual(['for sale', 7, null]);
    });
  });

  it('goes by the policy of all where its reason has none of its own', async () => {
    await begin({ policy: 'archive', deleted: 'delete' });
    await leave('recycled');
    expect(scene.standing('a')).toBe('archived');
  });

  it('goes down further when it comes to something harsher, and not up by something milder', async () => {
    await begin({ policy: 'delete', unpublished: 'disable', disabled: 'archive' });
    const seen: Standing[] = [];
    for (const why of ['unpublished', 'disabled', 'unpublished', 'deleted'] as const) {
      await leave(why);
      seen.push(scene.standing('a'));
    }
    expect(seen).toEqual(['disabled', 'archived', 'archived', 'not there']);
    await comeBack('deleted');
    expect([scene.standing('a'), scene.price('a')]).toEqual(['for sale', 7]);
  });

  it('is left as it is while it is kept, and gets what was edited meanwhile when it comes back', async () => {
    await begin({ policy: 'delete', unpublished: 'keep' });
    await leave('unpublished');
    on.pim.edit('a', { price: 9 });
    await notice('delta');
    expect([scene.standing('a'), scene.price('a')]).toEqual(['for sale', 7]);
    await comeBack('unpublished');
    expect([scene.standing('a'), scene.price('a')]).toEqual(['for sale', 9]);
  });

  it('goes by a policy that was changed with the next full pass', async () => {
    await begin({ policy: 'keep' });
    await leave('disabled');
    await change({ policy: 'keep', disabled: 'delete' });
    await on.full();
    expect(scene.standing('a')).toBe('not there');
  });

  it('is not brought there as a draft', async () => {
    await begin({ policy: 'keep' });
    on.pim.put('draft', { sku: 'draft' });
    on.pim.setState('draft', 'unpublished');
    await notice('delta');
    expect(scene.standing('draft')).toBe('not there');
    on.pim.setState('draft', 'live');
    await notice('delta');
    expect(scene.standing('draft')).toBe('for sale');
  });

  it('is shown by a dry run with what it would come to, and why', async () => {
    await begin({ policy: 'delete', unpublished: 'archive' });
    on.pim.setState('a', 'unpublished');
    on.pim.clock += 600_000;
    const { documents } = await on.dryRun('delta');
    expect(documents.filter(({ entity }) => entity === 'a')).toMatchObject([
      { action: 'take-down', reasons: [{ code: 'archive', message: 'by the delete policy for what is unpublished: archive' }] },
    ]);
    expect(scene.standing('a')).toBe('for sale');
  });
});
