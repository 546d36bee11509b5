import type { JsonObject, Outcome, OutcomeWarning, TargetItem, WriteCall } from '../../contract/index.js';
import type { JsonValue } from '../../../model/json.js';
import { asList, asObject } from './json.js';
import { fieldsToSend } from './product-body.js';
import { outcomeOf, Refused } from './refused.js';
import type { ShopApi } from './shop-api.js';
import type { ShopStructure } from './shop-structure.js';

const custom = 'custom_attributes.';

/** Writes categories one after the other: a tree is no place for two writers. */
export async function writeCategories(
  api: ShopApi,
  structure: ShopStructure,
  items: readonly TargetItem[],
  call: WriteCall,
): Promise<Outcome[]> {
  const tree = new Tree(api, call.signal);
  const outcomes: Outcome[] = [];
  for (const item of items) {
    if (call.signal.aborted) outcomes.push({ kind: 'retry', key: item.key, code: 'lease_ended', message: 'not sent: the lease had ended' });
    else outcomes.push(await writeOne(api, structure, tree, item, call).catch((error: unknown) => outcomeOf(item.key, error)));
  }
  return outcomes;
}

async function writeOne(api: ShopApi, structure: ShopStructure, tree: Tree, item: TargetItem, call: WriteCall): Promise<Outcome> {
  if (item.operation !== 'write') return takeDown(api, item, call.signal);
  const parent = await parentOf(item, structure, call);
  const found = item.targetId ?? (item.inherits ? null : await tree.childNamed(parent, String(item.fields.name ?? '')));
  const adopted = found !== null && item.targetId === null;
  if (item.inherits && found === null) return gone(item);
  if (found === null) return create(api, item, parent, call.signal);
  try {
    return await update(api, tree, item, found, parent, adopted, call.signal);
  } catch (error) {
    if (error instanceof Refused && error.isNotFound) return gone(item);
    throw error;
  }
}

async function parentOf(item: TargetItem, structure: ShopStructure, { resolve, signal }: WriteCall): Promise<number> {
  const reference = asObject(asObject(item.fields.parent).$ref);
  const id = typeof reference.key === 'string' ? resolve({ pipeline: String(reference.pipeline), key: reference.key }) : undefined;
  return id === undefined ? structure.rootCategory(signal) : Number(id);
}

async function create(api: ShopApi, item: TargetItem, parent: number, signal: AbortSignal): Promise<Outcome> {
  const warnings: OutcomeWarning[] = [];
  const category = { parent_id: parent, ...categoryBody(item.fields, []) };
  const answer = await retryUrl(category, item, warnings, (body) => api.send('POST', 'all', '/categories', { category: body }, signal));
  return { kind: 'written', key: item.key, targetId: String(asObject(answer).id), created: true, warnings };
}

async function update(
  api: ShopApi,
  tree: Tree,
  item: TargetItem,
  id: string,
  parent: number,
  adopted: boolean,
  signal: AbortSignal,
): Promise<Outcome> {
  const warnings: OutcomeWarning[] = [];
  const fields = fieldsToSend(item);
  if (!item.inherits && 'parent' in fields && (await tree.parentOf(id)) !== parent)
    // A PUT ignores the parent: moving is a request of its own.
    await api.send('PUT', 'all', `/categories/${id}/move`, { parentId: parent }, signal);
  const cleared = item.previous === null ? item.owned.filter((field) => !(field in item.fields)) : item.cleared;
  const category = categoryBody(fields, item.inherits ? cleared : item.cleared);
  if (Object.keys(category).length > 0)
    await retryUrl(category, item, warnings, (body) => api.send('PUT', item.store, `/categories/${id}`, { category: body }, signal));
  return { kind: 'written', key: item.key, targetId: id, adopted, created: false, warnings };
}

function categoryBody(fields: JsonObject, cleared: readonly string[]): JsonObject {
  const body: JsonObject = {};
  const attributes: JsonObject[] = [];
  for (const [field, value] of Object.entries(fields)) {
    if (field === 'parent') continue;
    if (field.startsWith(custom)) attributes.push({ attribute_code: field.slice(custom.length), value });
    else body[field] = value;
  }
  for (const field of cleared) if (field.startsWith(custom)) attributes.push({ attribute_code: field.slice(custom.length), value: null });
  return attributes.length > 0 ? { ...body, custom_attributes: attributes } : body;
}

/** The address of a category belongs to one in a store view: the code at the end of its document key makes it another one. */
async function retryUrl(
  category: JsonObject,
  item: TargetItem,
  warnings: OutcomeWarning[],
  send: (body: JsonObject) => Promise<JsonValue | undefined>,
): Promise<JsonValue | undefined> {
  try {
    return await send(category);
  } catch (error) {
    if (!(error instanceof Refused) || !error.isUrlConflict) throw error;
    const attributes = asList(category.custom_attributes);
    const own = attributes.find((attribute) => attribute.attribute_code === 'url_key');
    const suffix = (item.key.split(':').at(-1) ?? '').toLowerCase().replace(/[^a-z0-9]+/g, '-');
    const key = `${typeof own?.value === 'string' ? own.value : 'category'}-${suffix}`;
    warnings.push({
      field: 'custom_attributes.url_key',
      code: 'url_key_taken',
      message: `another entity has this address: ${key} in its place`,
    });
    return send({
      ...category,
      custom_attributes: [...attributes.filter((one) => one !== own), { attribute_code: 'url_key', value: key }],
    });
  }
}

async function takeDown(api: ShopApi, item: TargetItem, signal: AbortSignal): Promise<Outcome> {
  const { key, targetId, operation, store } = item;
  if (targetId === null) return { kind: 'written', key, targetId: null };
  try {
    if (store !== 'all')
      await api.send('PUT', store, `/categories/${targetId}`, { category: categoryBody({}, Object.keys(item.lastKnown ?? {})) }, signal);
    else if (operation === 'delete') await api.send('DELETE', 'all', `/categories/${targetId}`, undefined, signal);
    else await api.send('PUT', 'all', `/categories/${targetId}`, { category: { is_active: false } }, signal);
  } catch (error) {
    if (!(error instanceof Refused) || !error.isNotFound) throw error;
  }
  return { kind: 'written', key, targetId: operation === 'delete' ? null : targetId };
}

function gone({ key }: TargetItem): Outcome {
  return { kind: 'unknown', key, code: 'gone_in_shop', message: 'the shop does not have it any more: it is sent whole next' };
}

/** The shop's tree as it stands, read once per write where something has to be found in it. */
class Tree {
  #parents: Promise<ReadonlyMap<string, { readonly parent: number; readonly name: string }>> | null = null;

  constructor(
    private readonly api: ShopApi,
    private readonly signal: AbortSignal,
  ) {}

  /** A category of that name right below a parent. */
  async childNamed(parent: number, name: string): Promise<string | null> {
    for (const [id, category] of await this.#read()) if (category.parent === parent && category.name === name) return id;
    return null;
  }

  async parentOf(id: string): Promise<number | undefined> {
    return (await this.#read()).get(id)?.parent;
  }

  #read(): Promise<ReadonlyMap<string, { readonly parent: number; readonly name: string }>> {
    return (this.#parents ??= this.api.get('all', '/categories', this.signal).then((root) => {
      const found = new Map<string, { parent: number; name: string }>();
      const open = [asObject(root)];
      for (let branch = open.pop(); branch !== undefined; branch = open.pop()) {
        found.set(String(branch.id), { parent: Number(branch.parent_id), name: String(branch.name) });
        open.push(...asList(branch.children_data));
      }
      return found;
    }));
  }
}
