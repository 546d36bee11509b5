import type { Asset, TargetItem } from '../connectors/contract/index.js';
import type { Outcome } from '../model/outcome.js';
import { alone } from '../transfer/alone.js';
import { transfer, type Parcel, type Transferred } from '../transfer/transfer.js';
import type { Announced } from './announce-intent.js';
import type { PlannedBatch, Shipment } from './batch.js';
import { managedIds } from '../queue/sql/managed-ids.js';
import { refDigest } from './plan-batch.js';
import type { PipelineContext } from './pipeline-context.js';

type Going = Extract<Announced, { kind: 'go' }>;

export interface SentBatch extends Transferred {
  /**
   * By document key: what its references resolved to at the moment its request left. Two products that refer
   * to each other may be created by one request, and neither knew the other then.
   */
  readonly refDigests: ReadonlyMap<string, string | null>;
}

/** Sends what the intent let go, and gives every document its outcome; documents that go down with another share its own. */
export async function sendBatch(context: PipelineContext, batch: PlannedBatch, going: readonly Going[]): Promise<SentBatch> {
  const bases = basesOf(going);
  const parcels = going.flatMap((one) => parcelsOf(context, one, bases));
  if (parcels.length === 0) return { outcomes: new Map(), failure: null, refDigests: new Map() };
  const entityOf = new Map(
    going.flatMap((one) => one.plan.shipments.map((shipment) => [shipment.documentKey, one.plan.entry.key] as const)),
  );
  const documents = new Map(
    going.flatMap((one) => one.plan.shipments.map(({ documentKey, document }) => [documentKey, document] as const)),
  );
  const refDigests = new Map<string, string | null>();
  const { lease } = batch.claimed;
  const assets = new Map<string, Promise<Asset | null>>();
  const transferred = await transfer(context.target, parcels, limitsOf(context), {
    signal: () => lease.signal,
    isLeftAlone: () => batch.claimed.breaker.openings !== context.breaker.openings,
    resolve: (reference) => batch.references.get(reference.pipeline, reference.key),
    managed: (resource, targetIds) => managedIds(context.sql, context.pipeline.target.connection, resource, targetIds),
    alone: (names, work) => alone({ ...context, connection: context.pipeline.target.connection }, names, work),
    asset: (code) => once(assets, code, () => context.source.asset?.(code, lease.signal) ?? Promise.resolve(null)),
    leaving: (keys) => {
      for (const key of keys) {
        const document = documents.get(key);
        if (document) refDigests.set(key, refDigest(document, batch.references));
      }
    },
    answered: (outcomes) => {
      for (const outcome of outcomes) {
        const key = entityOf.get(outcome.key);
        if (outcome.kind === 'written' && outcome.targetId !== null && key !== undefined)
          batch.references.set(context.pipeline.name, key, outcome.targetId);
      }
    },
  });
  return { ...transferred, outcomes: withFollowers(going, transferred.outcomes), refDigests };
}

function parcelsOf(context: PipelineContext, { plan, sends }: Going, bases: ReadonlyMap<string, string>): Parcel[] {
  const leaders = plan.shipments.filter((shipment) => followed(shipment) === null);
  return leaders.map((shipment) => {
    const send = sends.get(shipment.documentKey);
    const document = shipment.document;
    return {
      key: shipment.documentKey,
      item: itemOf(context, shipment, send?.sendNumber ?? 0, send?.targetId ?? null),
      base: document?.baseKey ?? null,
      bytes: document ? Buffer.byteLength(document.text) : 100,
      after: document
        ? [
            ...(document.baseKey ? [document.baseKey] : []),
            ...document.references
              .filter((ref) => ref.strength === 'strong' && ref.pipeline === context.pipeline.name)
              .flatMap((ref) => bases.get(ref.key.toLowerCase()) ?? []),
          ]
        : [],
      strong: document ? document.references.filter((reference) => reference.strength === 'strong') : [],
    };
  });
}

/** Base documents of the batch's entities, by entity key without case, as references are compared. */
function basesOf(going: readonly Going[]): Map<string, string> {
  return new Map(
    going.flatMap(({ plan }) =>
      plan.shipments.flatMap(({ document }) => (document?.baseKey === null ? [[plan.entry.key.toLowerCase(), document.key] as const] : [])),
    ),
  );
}

function itemOf(context: PipelineContext, shipment: Shipment, sendNumber: number, targetId: string | null): TargetItem {
  const { owned } = context.pipeline;
  const { documentKey: key, resource, store } = shipment;
  const common = { key, resource, store, owned, targetId, sendNumber };
  if (shipment.document === null) {
    const { plan } = shipment;
    return {
      ...common,
      operation: plan.how,
      fields: {},
      previous: null,
      lastKnown: plan.row.document,
      address: plan.row.address,
      cleared: [],
      inherits: false,
    };
  }
  const { plan, document } = shipment;
  return {
    ...common,
    operation: 'write',
    fields: document.fields,
    previous: plan.previous,
    lastKnown: plan.lastKnown,
    address: context.targetDefinition.address?.(resource, document.fields) ?? null,
    cleared: plan.cleared,
    inherits: document.baseKey !== null,
  };
}

/** Key of the document that is sent for this one too. */
function followed({ plan }: Shipment): string | null {
  return plan.kind === 'take-down' ? plan.with : null;
}

function withFollowers(going: readonly Going[], outcomes: ReadonlyMap<string, Outcome>): Map<string, Outcome> {
  const all = new Map(outcomes);
  const shipments = going.flatMap(({ plan }) => plan.shipments);
  const written = new Set(shipments.flatMap(({ document }) => document?.key ?? []));
  for (const shipment of shipments) {
    const leader = followed(shipment);
    const answer = leader === null ? undefined : outcomes.get(leader);
    if (!answer) continue;
    // What takes its place was written: that is another document's, and counted there.
    const replaced = answer.kind === 'written' && written.has(answer.key);
    all.set(shipment.documentKey, replaced ? { kind: 'unchanged', key: shipment.documentKey } : { ...answer, key: shipment.documentKey });
  }
  return all;
}

function limitsOf(context: PipelineContext): { maxItems: number; maxBytes: number } {
  const { limits } = context.targetDefinition;
  return {
    maxItems: Math.min(limits.maxItems, context.pipeline.batch.items),
    maxBytes: Math.min(limits.maxBytes, context.pipeline.batch.bytes),
  };
}

function once<Value>(known: Map<string, Promise<Value>>, key: string, make: () => Promise<Value>): Promise<Value> {
  const found = known.get(key);
  if (found) return found;
  const made = make();
  known.set(key, made);
  return made;
}
