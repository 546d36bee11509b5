import type { JsonValue, KeysPage, OpenSource, OpenTarget, TargetItem, WriteCall } from '../../src/connectors/contract/index.js';
import type { Pipeline } from '../../src/mapping/pipeline.js';
import { inWaves } from '../../src/transfer/waves.js';
import type { MappedDocument } from '../../src/model/document.js';

/**
 * The reference: what a script would do that reads page by page, maps and posts, and remembers nothing:
 * no queue, no comparison, no intent, no settlement. Reads, mapping, order and posts are the program's
 * own; the next page is read while this one is sent.
 */
export async function bareLoop(pipelines: readonly Pipeline[], source: OpenSource, target: OpenTarget): Promise<number> {
  const ids = new Map<string, string>();
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
      for (const wave of inOrder(pipeline, documents))
        for (const chunk of chunksOf(wave, pipeline.batch)) await post(pipeline, target, chunk, ids);
    }
  }
  return records;
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

async function post(pipeline: Pipeline, target: OpenTarget, documents: readonly MappedDocument[], ids: Map<string, string>): Promise<void> {
  const call: WriteCall = {
    signal,
    resolve: ({ pipeline: name, key }) => ids.get(`${name} ${key.toLowerCase()}`),
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
    if (entity !== undefined && outcome.targetId !== null) ids.set(`${pipeline.name} ${entity.toLowerCase()}`, outcome.targetId);
  }
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
