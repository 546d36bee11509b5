import pLimit from 'p-limit';
import type { ConnectorTools, JsonObject, ProvisionPlan, WantedAttribute } from '../../contract/index.js';
import { asList } from './json.js';
import { where } from './shop-api.js';
import type { ShopApi } from './shop-api.js';
import type { ShopAttribute, ShopStructure } from './shop-structure.js';

const prefix = 'custom_attributes.';
/** Magento's inputs by kind. It has none for numbers: they go into a text. */
const inputs: Readonly<Record<WantedAttribute['kind'], string>> = {
  text: 'text',
  textarea: 'textarea',
  number: 'text',
  boolean: 'boolean',
  date: 'date',
  option: 'select',
  options: 'multiselect',
  price: 'price',
};
const groupName = 'PIM';

/**
 * Attributes, attribute sets and which belongs to which: what is missing is made, what is there is left
 * as it is. A product without a family goes to the default set, so that one gets every attribute.
 */
export async function provision(
  api: ShopApi,
  structure: ShopStructure,
  plan: ProvisionPlan,
  tools: ConnectorTools,
  signal: AbortSignal,
): Promise<{ readonly created: readonly string[] }> {
  const created: string[] = [];
  // Another pipeline or process may have made some since they were last looked at.
  structure.forgetSets();
  const wanted = plan.attributes.map((attribute) => ({ ...attribute, code: attribute.field.slice(prefix.length) }));
  const known = await structure.attributes(
    wanted.map(({ code }) => code),
    signal,
  );
  const missing = wanted.filter(({ code }) => !known.has(code));
  for (const attribute of missing) {
    await api.send('POST', 'all', '/products/attributes', { attribute: await attributeBody(attribute, structure, signal) }, signal);
    created.push(`attribute ${attribute.code}`);
  }
  if (missing.length > 0)
    await structure.attributes(
      missing.map(({ code }) => code),
      signal,
    );
  warnOfOtherInputs(wanted, known, tools);
  for (const group of plan.groups) {
    if ((await structure.sets(signal)).find(group) !== undefined) continue;
    const set = { attribute_set_name: group, sort_order: 0, entity_type_id: 4 };
    await api.send(
      'POST',
      'all',
      '/products/attribute-sets',
      { attributeSet: set, skeletonId: (await structure.sets(signal)).defaultId },
      signal,
    );
    created.push(`attribute set ${group}`);
    structure.forgetSets();
  }
  const sets = await structure.sets(signal);
  const lane = pLimit(2);
  const assign = (setId: number, codes: readonly string[]) => lane(() => assignAttributes(api, setId, codes, signal));
  const counts = await Promise.all([
    ...plan.groups.map((group) => assign(sets.find(group) ?? sets.defaultId, belongingTo(group, wanted))),
    assign(
      sets.defaultId,
      wanted.map(({ code }) => code),
    ),
  ]);
  return { created: [...created, ...counts.flat()] };
}

type Wanted = WantedAttribute & { readonly code: string };

function belongingTo(group: string, wanted: readonly Wanted[]): string[] {
  const inGroup = wanted.filter(({ groups }) => groups === null || groups.some((one) => one.toLowerCase() === group.toLowerCase()));
  return inGroup.map(({ code }) => code);
}

async function attributeBody(
  { code, kind, labels, perStore, axis }: Wanted,
  structure: ShopStructure,
  signal: AbortSignal,
): Promise<JsonObject> {
  const stores = await structure.stores(signal);
  const storeLabels = Object.entries(labels).flatMap(([store, label]) => {
    const id = stores.get(store);
    return id === undefined || id === 0 ? [] : [{ store_id: id, label }];
  });
  return {
    attribute_code: code,
    entity_type_id: '4',
    frontend_input: inputs[kind],
    default_frontend_label: labels.all ?? Object.values(labels)[0] ?? code,
    frontend_labels: storeLabels,
    is_required: false,
    is_unique: '0',
    // Variants can differ only in what is the same in every store view.
    scope: perStore && !axis ? 'store' : 'global',
  };
}

/** An attribute of the shop's own keeps its input; values it cannot take are refused one by one, and here is why. */
function warnOfOtherInputs(wanted: readonly Wanted[], known: ReadonlyMap<string, ShopAttribute>, { log }: ConnectorTools): void {
  for (const { code, kind } of wanted) {
    const input = known.get(code)?.input;
    const needsOptions = kind === 'option' || kind === 'options';
    if (input !== undefined && needsOptions !== (input === 'select' || input === 'multiselect'))
      log.warn('an attribute of the shop has another input than the mapping needs', { attribute: code, input, needed: inputs[kind] });
  }
}

async function assignAttributes(api: ShopApi, setId: number, codes: readonly string[], signal: AbortSignal): Promise<string[]> {
  const present = asList(await api.get('all', `/products/attribute-sets/${setId}/attributes`, signal));
  const has = new Set(present.map(({ attribute_code: code }) => String(code)));
  const missing = codes.filter((code) => !has.has(code));
  if (missing.length === 0) return [];
  const group = await groupOf(api, setId, signal);
  for (const code of missing) {
    const body = { attributeSetId: setId, attributeGroupId: group, attributeCode: code, sortOrder: 0 };
    await api.send('POST', 'all', '/products/attribute-sets/attributes', body, signal);
  }
  return missing.map((code) => `${code} in set ${setId}`);
}

/** A group of our own in the set, so that people see where the fields come from. */
async function groupOf(api: ShopApi, setId: number, signal: AbortSignal): Promise<number> {
  const criteria = where({ field: 'attribute_set_id', value: String(setId) }, { field: 'attribute_group_name', value: groupName });
  const [found] = await api.search('all', '/products/attribute-sets/groups/list', criteria, signal);
  if (found) return Number(found.attribute_group_id);
  const group = { attribute_group_name: groupName, attribute_set_id: setId };
  const made = await api.send('POST', 'all', '/products/attribute-sets/groups', { group }, signal);
  return Number((made as JsonObject).attribute_group_id);
}
