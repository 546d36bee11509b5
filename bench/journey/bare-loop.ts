import type { Fetched, JsonValue, KeysPage, OpenSource, OpenTarget, TargetItem, WriteCall } from '../../src/connectors/contract/index.js';
import type { Pipeline } from '../../src/mapping/pipeline.js';
import { inWaves } from '../../src/transfer/waves.js';
import type { MappedDocument, Reference } from '../../src/model/document.js';

/**
 * The reference: what a script would do that reads page by page, maps and posts: no queue, no comparison, no intent, no
 * settlement. Reads, mapping, order and posts are the program's own; the next page is read while this one is sent. What it
 * remembers is the shop's ids, and which documents went out without a link because its other end came later: those are read,
 * mapped and posted once more in the end, without which the shop would lack the links for ever.
 */
export async function bareLoop(pipelines: readonly Pipeline[], source: OpenSource, target: OpenTarget, maxKeys: number): Promise<number> {
  const known: Known = { ids: new Map(), lacking: new Map() };
  let records = 0;
  for (const pipeline of pipelines) {
    const read = (cursor: JsonValue | null): Promise<KeysPage> =>
      source.keys(pipeline.source.entity, cursor, { needs: pipeline.needs, signal, withRecords: true });
    let next: Promise<KeysPage> | null = read(null);
    while (next !== null) {
      const page: KeysPage = await next;
      next = page.done ? null : read(page.cursor);
      records += page.keys.length;
      const documents = page.keys.flatMap(({ record }) => (record === undefined ? [] : documentsOf(pipeline, record)));
      await postAll(pipeline, target, documents, known);
    }
  }
  for (const pipeline of pipelines) await postWithLinks(pipeline, source, target, known, maxKeys);
  return records;
}

interface Known {
  /** Pipeline and key of an entity → its id in the shop. */
  readonly ids: Map<string, string>;
  /** Key of a document → what it refers to that did not stand in the shop when it was posted. */
  readonly lacking: Map<string, Lacking>;
}

interface Lacking {
  readonly pipeline: string;
  readonly entityKey: string;
  readonly references: readonly Reference[];
}

async function postWithLinks(pipeline: Pipeline, source: OpenSource, target: OpenTarget, known: Known, maxKeys: number): Promise<void> {
  const due = new Map(
    [...known.lacking].filter(
      ([, lacking]) => lacking.pipeline === pipeline.name && lacking.references.some((reference) => known.ids.has(nameOf(reference))),
    ),
  );
  const keys = [...new Set([...due.values()].map(({ entityKey }) => entityKey))];
  const read = (start: number): Promise<Fetched> | null =>
    start < keys.length
      ? source.fetch(pipeline.source.entity, keys.slice(start, start + maxKeys), { needs: pipeline.needs, signal })
      : null;
  let next = read(0);
  for (let start = maxKeys; next !== null; start += maxKeys) {
    const { records } = await next;
    next = read(start);
    const documents = records.flatMap((record) => documentsOf(pipeline, record)).filter(({ key }) => due.has(key));
    await postAll(pipeline, target, documents, known);
  }
}

async function postAll(pipeline: Pipeline, target: OpenTarget, documents: readonly MappedDocument[], known: Known): Promise<void> {
  for (const wave of inOrder(pipeline, documents))
    for (const chunk of chunksOf(wave, pipeline.batch)) await post(pipeline, target, chunk, known);
}

const { signal } = new AbortController();

function documentsOf(pipeline: Pipeline, record: Parameters<Pipeline['map']>[0]): readonly MappedDocument[] {
  const mapped = pipeline.map(record);
  // A store view without a value of its own needs no post.
  return mapped.kind === 'documents'
    ? mapped.documents.filter(({ baseKey, fields }) => baseKey === null || Object.keys(fields).length > 0)
    : [];
}

/** Parents before children, a product before its store views: the posts of the program, in its own order. */
function inOrder(pipeline: Pipeline, documents: readonly MappedDocument[]): MappedDocument[][] {
  const bases = new Map(
    documents.flatMap((document) => (document.baseKey === null ? [[document.entityKey.toLowerCase(), document.key] as const] : [])),
  );
  const parents = ({ references }: MappedDocument) =>
    references
      .filter((reference) => reference.strength === 'strong' && reference.pipeline === pipeline.name)
      .flatMap(({ key }) => bases.get(key.toLowerCase()) ?? []);
  const ordered = documents.map((document) => ({
    document,
    key: document.key,
    after: [...(document.baseKey === null ? [] : [document.baseKey]), ...parents(document)],
  }));
  return inWaves(ordered).map((wave) => wave.map(({ document }) => document));
}

function chunksOf(documents: readonly MappedDocument[], { items, bytes }: Pipeline['batch']): MappedDocument[][] {
  const chunks: MappedDocument[][] = [];
  let size = Infinity;
  for (const document of documents) {
    const length = Buffer.byteLength(document.text);
    const last = chunks.at(-1);
    if (last === undefined || last.length >= items || size + length > bytes) {
      chunks.push([document]);
      size = length;
    } else {
      last.push(document);
      size += length;
    }
  }
  return chunks;
}

async function post(pipeline: Pipeline, target: OpenTarget, documents: readonly MappedDocument[], known: Known): Promise<void> {
  const { ids, lacking } = known;
  for (const { key, entityKey, references } of documents) {
    const missing = references.filter((reference) => !ids.has(nameOf(reference)));
    if (missing.length > 0) lacking.set(key, { pipeline: pipeline.name, entityKey, references: missing });
  }
  const call: WriteCall = {
    signal,
    resolve: (reference) => ids.get(nameOf(reference)),
    alone: (_names, work) => work(),
    managed: () => Promise.resolve(new Set()),
    asset: () => Promise.resolve(null),
  };
  const outcomes = await target.write(
    documents.map((document) => itemOf(pipeline, document)),
    call,
  );
  // A reference means the entity, which stands in the shop under the id of its first scope.
  const bases = documents.filter(({ baseKey }) => baseKey === null);
  const entities = new Map(bases.map(({ key, entityKey }) => [key, entityKey]));
  for (const outcome of outcomes) {
    if (outcome.kind !== 'written') throw new Error(`the bare loop was answered ${outcome.kind} for ${outcome.key}`);
    const entity = entities.get(outcome.key);
    if (entity !== undefined && outcome.targetId !== null) ids.set(nameOf({ pipeline: pipeline.name, key: entity }), outcome.targetId);
  }
}

function nameOf({ pipeline, key }: { readonly pipeline: string; readonly key: string }): string {
  return `${pipeline} ${key.toLowerCase()}`;
}

function itemOf(pipeline: Pipeline, { key, resource, store, fields, baseKey }: MappedDocument): TargetItem {
  return {
    key,
    operation: 'write',
    resource,
    store,
    fields,
    previous: null,
    lastKnown: null,
    address: null,
    cleared: [],
    owned: pipeline.owned,
    targetId: null,
    inherits: baseKey !== null,
    sendNumber: 1,
  };
}
