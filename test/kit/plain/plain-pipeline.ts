import { createHash } from 'node:crypto';
import { documentKey, type MappedDocument, type Reference, type Scope } from '../../../src/model/document.js';
import type { SourceRecord } from '../../../src/model/record.js';
import type { RemovalLimits } from '../../../src/model/removal-limits.js';
import type { Pipeline } from '../../../src/mapping/pipeline.js';

const base: Scope = { store: 'all', locale: null, channel: null, currency: null, inherits: null };

/** A pipeline from the plain PIM to the plain shop: sku, name and price as they are; `related` refers weakly and `parent` strongly to the same pipeline. */
export function plainPipeline(overrides: Partial<Pipeline> = {}): Pipeline {
  return {
    name: 'products',
    source: { connection: 'pim', entity: 'product' },
    target: { connection: 'shop', resource: 'product' },
    scopes: [base],
    delta: { everyMs: 60_000, strategy: 'timestamp', overlapMs: 120_000 },
    events: null,
    full: null,
    sweep: null,
    blackouts: [],
    maxLagMs: null,
    hasAfter: false,
    waitsFor: [],
    queue: { priority: { created: 20, updated: 10, deleted: 30 }, watch: null },
    batch: { items: 4, bytes: 1_000_000, concurrency: 2 },
    deletes: { policy: 'delete', ...limits(50, 100) },
    retry: { maxAttempts: 3, settleLagMs: 5_000 },
    dependsOn: ['products'],
    needs: { attributes: [], fields: [], locales: null, channels: null },
    plan: { resource: 'product', attributes: [], groups: [] },
    owned: ['sku', 'name', 'price', 'parent', 'related'],
    hash: 'plain-1',
    related: [],
    inherits: [],
    map: mapPlain,
    uses: () => [],
    ...overrides,
  };
}

/** Of a set and of a day alike; what is listed is always believed, unless it is nothing. */
export function limits(maxPercent: number, maxCount: number): RemovalLimits {
  return { maxPercent, maxCount, maxPercentPerDay: maxPercent, maxCountPerDay: maxCount, minListed: 1, maxShrinkPercent: 100 };
}

function mapPlain(record: SourceRecord): ReturnType<Pipeline['map']> {
  const { sku, name, price, enabled, parent, related } = record.fields;
  if (enabled === false) return { kind: 'excluded', reason: 'not enabled' };
  if (typeof sku !== 'string') return { kind: 'rejected', errors: [{ field: 'sku', code: 'required', message: 'sku is missing' }] };
  const references: Reference[] = [
    ...(typeof parent === 'string' ? [{ pipeline: 'products', key: parent, strength: 'strong' as const }] : []),
    ...(typeof related === 'string' ? [{ pipeline: 'products', key: related, strength: 'weak' as const }] : []),
  ];
  const [strong] = references.filter((reference) => reference.strength === 'strong');
  const [weak] = references.filter((reference) => reference.strength === 'weak');
  const fields = {
    sku,
    ...(name === undefined ? {} : { name }),
    ...(price === undefined ? {} : { price }),
    ...(strong ? { parent: { $ref: { ...strong } } } : {}),
    ...(weak ? { related: { $ref: { ...weak } } } : {}),
  };
  const text = JSON.stringify(fields);
  const document: MappedDocument = {
    key: documentKey('product', base, record.key),
    entityKey: record.key,
    resource: 'product',
    store: 'all',
    baseKey: null,
    fields,
    references,
    text,
    hash: createHash('sha256').update(text).digest('hex'),
  };
  return { kind: 'documents', documents: [document], notes: [] };
}
