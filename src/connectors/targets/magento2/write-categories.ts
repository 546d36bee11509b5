import type { JsonObject, Outcome, OutcomeWarning, TargetItem, WriteCall } from '../../contract/index.js';
import type { JsonValue } from '../../../model/json.js';
import { acknowledged, acknowledgedId } from './acknowledged.js';
import { asList, asObject } from './json.js';
import { fieldsToSend } from './product-body.js';
import { noSuchStore, outcomeOf, Refused } from './refused.js';
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
  if (!(await structure.hasStore(item.store, call.signal))) return noSuchStore(item);
  if (item.operation !== 'write') return takeDown(api, item, call.signal);
  const parent = await parentOf(item, structure, call);
  const found = item.targetId ?? (item.inherits ? null : await standing(tree, parent, String(item.fields.name ?? ''), call));
  const adopted = found !== null && item.targetId === null;
  if (item.inherits && found === null) return gone(item);
  if (found === null) return create(api, tree, item, parent, call.signal);
  try {
    return await update(api, tree, item, found, parent, adopted, call.signal);
  } catch (error) {
    if (!(error instanceof Refused) || !error.isNotFound) throw error;
    // Of a change that goes to a parent or a category, Magento says the same of either that is not there.
    if (item.inherits || (await exists(api, found, call.signal))) return gone(item);
    return create(api, tree, item, parent, call.signal);
  }
}

/** A category of that name in that place which is nobody's yet: people made it, or a request whose answer was lost. */
async function standing(tree: Tree, parent: number, name: string, { managed }: WriteCall): Promise<string | null> {
  const namesakes = await tree.childrenNamed(parent, name);
  if (namesakes.length === 0) return null;
  const ours = await managed('category', namesakes);
  const free = namesakes.find((id) => !ours.has(id)) ?? null;
  if (free !== null) tree.take(free);
  return free;
}

async function exists(api: ShopApi, id: string, signal: AbortSignal): Promise<boolean> {
  try {
    await api.get('all', `/categories/${id}`, signal, { fields: 'id' });
    return true;
  } catch (error) {
    if (error instanceof Refused && error.isNotFound) return false;
    throw error;
  }
}

async function parentOf(item: TargetItem, structure: ShopStructure, { resolve, signal }: WriteCall): Promise<number> {
  const reference = asObject(asObject(item.fields.parent).$ref);
  const id = typeof reference.key === 'string' ? resolve({ pipeline: String(reference.pipeline), key: reference.key }) : undefined;
  return id === undefined ? structure.rootCategory(signal) : Number(id);
}

async function create(api: ShopApi, tree: Tree, item: TargetItem, parent: number, signal: AbortSignal): Promise<Outcome> {
  const warnings: OutcomeWarning[] = [];
  const category = { parent_id: parent, ...categoryBody(item.fields, []) };
  try {
    const answer = await retryUrl(category, item, warnings, (body) => api.send('POST', 'all', '/categories', { category: body }, signal));
    const id = String(acknowledgedId(answer, 'making a category'));
    tree.take(id);
    return { kind: 'written', key: item.key, targetId: id, created: true, warnings };
  } catch (error) {
    if (!(error instanceof Refused) || !error.isNotFound) throw error;
    return { kind: 'retry', key: item.key, code: 'parent_gone', message: `its parent is not in the shop any more: ${error.message}` };
  }
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
  if (!item.inherits && 'parent' in fields && (await tree.parentOf(id)) !== parent) await move(api, id, parent, signal);
  const cleared = item.previous === null ? item.owned.filter((field) => !(field in item.fields)) : item.cleared;
  const category = {
    ...categoryBody(fields, item.inherits ? cleared : item.cleared),
    ...(item.inherits ? await inheritedFields(tree, item, cleared, id) : {}),
  };
  if (Object.keys(category).length > 0)
    acknowledgedId(
      await retryUrl(category, item, warnings, (body) => api.send('PUT', item.store, `/categories/${id}`, { category: body }, signal)),
      'saving a category',
    );
  return { kind: 'written', key: item.key, targetId: id, adopted, created: false, warnings };
}

/** A PUT ignores the parent: moving is a request of its own. */
async function move(api: ShopApi, id: string, parentId: number, signal: AbortSignal): Promise<void> {
  try {
    acknowledged(await api.send('PUT', 'all', `/categories/${id}/move`, { parentId }, signal), 'moving a category');
  } catch (error) {
    if (error instanceof Refused && error.status === 400) throw error.about('parent');
    throw error;
  }
}

/** A store view inherits again what it is given as null; the name, which is required in every scope, by being given the default one. */
async function inheritedFields(tree: Tree, item: TargetItem, cleared: readonly string[], id: string): Promise<JsonObject> {
  const flags = ['is_active', 'include_in_menu'].filter((field) => item.cleared.includes(field));
  const fields: JsonObject = Object.fromEntries(flags.map((field) => [field, null]));
  if (!cleared.includes('name')) return fields;
  const [base, shown] = [await tree.nameOf(id), await tree.nameOf(id, item.store)];
  return base === undefined || base === shown ? fields : { ...fields, name: base };
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
    const suffix = (item.key.split(/[:/]/).at(-1) ?? '').toLowerCase().replace(/[^a-z0-9]+/g, '-');
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
    else if (operation === 'delete')
      acknowledged(await api.send('DELETE', 'all', `/categories/${targetId}`, undefined, signal), 'deleting a category');
    else
      acknowledgedId(
        await api.send('PUT', 'all', `/categories/${targetId}`, { category: { is_active: false } }, signal),
        'disabling a category',
      );
  } catch (error) {
    if (!(error instanceof Refused) || !error.isNotFound) throw error;
  }
  return { kind: 'written', key, targetId: operation === 'delete' ? null : targetId };
}

function gone({ key }: TargetItem): Outcome {
  return { kind: 'unknown', key, code: 'gone_in_shop', message: 'the shop does not have it any more: it is sent whole next' };
}

interface Branch {
  readonly parent: number;
  readonly name: string;
}

/** The shop's tree as it stands, read once per write and scope where something has to be found in it. */
class Tree {
  readonly #scopes = new Map<string, Promise<ReadonlyMap<string, Branch>>>();
  /** Given to a document of this write. */
  readonly #taken = new Set<string>();

  constructor(
    private readonly api: ShopApi,
    private readonly signal: AbortSignal,
  ) {}

  /** Categories of that name right below a parent that no document of this write has. */
  async childrenNamed(parent: number, name: string): Promise<string[]> {
    const all = [...(await this.#read('all'))];
    return all.flatMap(([id, branch]) => (branch.parent === parent && branch.name === name && !this.#taken.has(id) ? [id] : []));
  }

  take(id: string): void {
    this.#taken.add(id);
  }

  async parentOf(id: string): Promise<number | undefined> {
    return (await this.#read('all')).get(id)?.parent;
  }

  async nameOf(id: string, store = 'all'): Promise<string | undefined> {
    return (await this.#read(store)).get(id)?.name;
  }

  #read(store: string): Promise<ReadonlyMap<string, Branch>> {
    const known = this.#scopes.get(store);
    if (known) return known;
    const reading = this.api.get(store, '/categories', this.signal).then(branchesOf);
    this.#scopes.set(store, reading);
    return reading;
  }
}

function branchesOf(root: JsonValue | undefined): ReadonlyMap<string, Branch> {
  const found = new Map<string, Branch>();
  const open = [asObject(root)];
  for (let branch = open.pop(); branch !== undefined; branch = open.pop()) {
    found.set(String(branch.id), { parent: Number(branch.parent_id), name: String(branch.name) });
    open.push(...asList(branch.children_data));
  }
  return found;
}
