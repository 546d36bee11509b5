import { createHash } from 'node:crypto';
import { diffEntity, type DocumentPlan } from '../mirror/diff.js';
import { readMirror, type MirrorRow } from '../mirror/sql/read-mirror.js';
import type { Leaving, Pipeline } from '../mapping/pipeline.js';
import { referencesIn, type Mapped, type MappedDocument } from '../model/document.js';
import type { ClaimedEntry } from '../queue/entry.js';
import { addUses, resolveReferences, type Use } from '../queue/sql/references.js';
import { ResolvedReferences, type ClaimedBatch, type EntryPlan, type PlannedBatch, type Shipment } from './batch.js';
import { decideEntry, type Decision } from './decide-entry.js';
import { fetchNewest, type Read } from './fetch-newest.js';
import type { PipelineContext } from './pipeline-context.js';
import { writeDownRelated } from './related-uses.js';
import type { Incident } from './runs/incident.js';
import { leavingOf, policyFor, takeDownOf } from './take-down-policy.js';

/** An entry with what became of it on the way to the diff. */
interface Understood {
  readonly entry: ClaimedEntry;
  readonly read: Read;
  readonly decision: Decision;
  /** Why it is not wanted in the shop, by what the source says of it: then it is not mapped. */
  readonly leaving: Leaving | null;
  readonly mapped: Mapped | null;
}

type PlanContext = Pick<PipelineContext, 'pipeline' | 'targetDefinition'>;

/** What is not so yet when the plan is made, and will be when it is carried out: only a dry run foresees anything. */
export interface Foresight {
  /** Whether the shop will have this entity by then. */
  expects(reference: { readonly pipeline: string; readonly key: string }): boolean;
  /** Documents that will be in doubt by then. */
  readonly doubted: ReadonlySet<string>;
}

const nothingForeseen: Foresight = { expects: () => false, doubted: new Set() };

/** Stands for the shop's id of an entity that is expected to have one. */
export const expectedId = '(new)';

/** Reads the newest data of a batch, maps it, and compares it with what was last delivered. Writes nothing but who uses what. */
export async function planBatch(context: PipelineContext, claimed: ClaimedBatch): Promise<PlannedBatch> {
  const reads = await fetchNewest(context, claimed.entries, claimed.readNumber, claimed.lease.signal);
  context.journey.step('fetched', context.pipeline.name, claimed.entries.length, claimed);
  const writeDown = (uses: readonly Use[]): Promise<void> => addUses(context.sql, context.pipeline.name, uses);
  const related = await writeDownRelated(context, reads, claimed.readNumber);
  const plan = await planEntries(context, claimed.entries, reads, { foresight: nothingForeseen, writeDown });
  return { claimed, ...plan, related };
}

/**
 * What is to be done for each entry, by what was read of it. A dry run goes through here as every batch does.
 * `writeDown` is told what the documents refer to, before that is resolved.
 */
export async function planEntries(
  context: PipelineContext,
  entries: readonly ClaimedEntry[],
  reads: ReadonlyMap<string, Read>,
  { foresight, writeDown }: { readonly foresight: Foresight; writeDown(uses: readonly Use[]): Promise<void> },
): Promise<Omit<PlannedBatch, 'claimed' | 'related'>> {
  const understood = entries.map((entry) => understand(context.pipeline, entry, reads.get(entry.key)));
  const found = await readMirror(context.sql, {
    connection: context.pipeline.target.connection,
    pipeline: context.pipeline.name,
    entityKeys: entries.map((entry) => entry.key),
  });
  const rows = found.map((row) => (foresight.doubted.has(row.documentKey) ? { ...row, inDoubt: true } : row));
  await writeDown(usesOf(understood, rows));
  const references = await resolveAll(context, understood, rows, foresight);
  const byEntity = new Map<string, MirrorRow[]>();
  for (const row of rows) byEntity.set(row.entityKey, [...(byEntity.get(row.entityKey) ?? []), row]);
  const plans = understood.map((one) => planEntry(context, one, byEntity.get(one.entry.key) ?? [], references));
  return { plans, incidents: understood.flatMap(incidentsOf), references };
}

function understand(pipeline: Pipeline, entry: ClaimedEntry, read: Read | undefined): Understood {
  const evidence = read ?? { evidence: { kind: 'nothing' as const }, readNumber: 0 };
  const decision = decideEntry(entry, evidence.evidence, pipeline.retry.settleLagMs);
  const leaving = decision.kind === 'remove' ? 'deleted' : decision.kind === 'map' ? leavingOf(decision.record) : null;
  const mapped = decision.kind === 'map' && leaving === null ? pipeline.map(decision.record) : null;
  return { entry, read: evidence, decision, leaving, mapped };
}

/** Of documents that the shop does not have as they are: of the others it was written down when they were sent. */
function usesOf(understood: readonly Understood[], rows: readonly MirrorRow[]): Use[] {
  const known = new Map(rows.map(({ documentKey, hash }) => [documentKey, hash]));
  return understood.flatMap(({ entry, mapped }) =>
    mapped?.kind === 'documents'
      ? mapped.documents
          .filter(({ key, hash }) => known.get(key) !== hash)
          .flatMap(({ references }) => references.map((reference) => ({ entityKey: entry.key, ...reference })))
      : [],
  );
}

/** What the documents refer to, and what they referred to before: who leaves a parent has to be taken off it. */
async function resolveAll(
  context: PipelineContext,
  understood: readonly Understood[],
  rows: readonly MirrorRow[],
  foresight: Foresight,
): Promise<ResolvedReferences> {
  const now = understood.flatMap(({ mapped }) =>
    mapped?.kind === 'documents' ? mapped.documents.flatMap(({ references }) => references) : [],
  );
  const before = rows.flatMap(({ document }) => referencesIn(document));
  const wanted = new Map([...now, ...before].map((ref) => [`${ref.pipeline} ${ref.key}`, ref] as const));
  const resolved = new ResolvedReferences();
  if (wanted.size === 0) return resolved;
  const found = await resolveReferences(context.sql, context.pipeline.target.connection, [...wanted.values()]);
  for (const ref of wanted.values()) if (foresight.expects(ref)) resolved.set(ref.pipeline, ref.key, expectedId);
  for (const { pipeline, key, targetId } of found) resolved.set(pipeline, key, targetId);
  return resolved;
}

/** What is to be done for one entity, by what the source says, what the mapping makes of it, and what the shop has. Pure. */
function planEntry(
  { pipeline, targetDefinition }: PlanContext,
  one: Understood,
  rows: readonly MirrorRow[],
  references: ResolvedReferences,
): EntryPlan {
  const { entry, decision, leaving, mapped, read } = one;
  const addressOf = (document: MappedDocument) => targetDefinition.address?.(document.resource, document.fields) ?? null;
  switch (decision.kind) {
    case 'look-again':
      return decided(entry, { kind: 'retry', afterMs: 2_000, attempt: false, stale: true }, { ...decision, field: null });
    case 'absent':
      return decided(entry, { kind: 'absent' }, { code: 'absent', message: decision.message, field: null });
    case 'give-up':
      return decided(entry, { kind: 'dead' }, { ...decision, field: null });
    case 'remove':
    case 'map':
      break;
  }
  if (mapped === null || mapped.kind === 'excluded') return takeDown(pipeline, entry, read, rows, leaving ?? 'excluded');
  if (mapped.kind === 'rejected') {
    const [first] = mapped.errors;
    return decided(entry, { kind: 'dead' }, first ? { ...first } : { code: 'mapping', message: 'the mapping rejected it', field: null });
  }
  const digests = new Map(mapped.documents.map((document) => [document.key, refDigest(document, references)]));
  const moved = changesAddress(mapped.documents, rows, addressOf);
  const plans = diffEntity({ documents: mapped.documents, rows, refDigests: digests, moved, force: false });
  return ship(pipeline, entry, read, plans, mapped.documents);
}

/**
 * Whether the entity takes another address in the shop than it had, a first one included: what stands there may
 * be what another entity left behind (renamed, swapped, deleted and made again), so that everything is sent.
 */
function changesAddress(
  documents: readonly MappedDocument[],
  rows: readonly MirrorRow[],
  addressOf: (document: MappedDocument) => string | null,
): boolean {
  const base = documents.find((document) => document.baseKey === null);
  const address = base ? addressOf(base) : null;
  return address !== null && address !== (rows.find((row) => row.documentKey === base?.key)?.address ?? null);
}

function ship(
  pipeline: Pipeline,
  entry: ClaimedEntry,
  read: Read,
  plans: readonly DocumentPlan[],
  documents: readonly MappedDocument[],
): EntryPlan {
  const byKey = new Map(documents.map((document) => [document.key, document]));
  const refused = plans.find((plan) => plan.kind === 'rejected-before');
  if (refused)
    return decided(
      entry,
      { kind: 'dead' },
      { code: 'rejected_before', message: 'the shop rejected exactly this content already', field: null },
    );
  const skipped = plans.flatMap((plan) => (plan.kind === 'skip' ? [{ documentKey: plan.documentKey, sendNumber: plan.sendNumber }] : []));
  const sent = new Set(plans.flatMap((plan) => (plan.kind === 'send' ? [plan.documentKey] : [])));
  const shipments = plans.flatMap((plan): Shipment[] => {
    if (plan.kind === 'take-down') return surplus(pipeline, plan, sent);
    const document = plan.kind === 'send' ? byKey.get(plan.documentKey) : undefined;
    if (plan.kind !== 'send' || !document) return [];
    return [{ documentKey: document.key, store: document.store, resource: document.resource, document, plan }];
  });
  return shipments.length === 0
    ? { kind: 'unchanged', entry, skipped }
    : { kind: 'ship', entry, readNumber: read.readNumber, shipments, skipped };
}

/** Takes down what the shop has of an entity that is not wanted there; where it has nothing, there is nothing to do. */
function takeDown(pipeline: Pipeline, entry: ClaimedEntry, read: Read, rows: readonly MirrorRow[], why: Leaving): EntryPlan {
  const going = rows.filter((row) => takeDownOf(row, policyFor(pipeline.deletes, why)) !== null);
  if (going.length === 0) return { kind: 'unchanged', entry, skipped: [] };
  const stores = pipeline.scopes.filter(({ inherits }) => inherits === null).map(({ store }) => store);
  const bases = stores.flatMap((store) => going.find((row) => row.store === store) ?? []);
  // The store views of an entity go down with its base.
  const inheriting = going.filter((row) => !bases.includes(row));
  const shipments = [
    ...bases.flatMap((row) => removal(pipeline, row, why, null)),
    ...inheriting.flatMap((row) => removal(pipeline, row, why, bases[0]?.documentKey ?? null)),
  ];
  return { kind: 'ship', entry, readNumber: read.readNumber, shipments, skipped: [] };
}

/** A store that left the scopes, or whose document has another key by now; the entity itself stays. */
function surplus(
  pipeline: Pipeline,
  { row, replacedBy }: Extract<DocumentPlan, { kind: 'take-down' }>,
  sent: ReadonlySet<string>,
): Shipment[] {
  if (replacedBy === null) return removal(pipeline, row, 'excluded', null);
  if (!sent.has(replacedBy)) return [];
  const { documentKey, store, resource } = row;
  // Nothing of it is left in the shop once its place is taken, whatever the policy.
  return [
    { documentKey, store, resource, document: null, plan: { kind: 'take-down', row, why: 'excluded', how: 'delete', with: replacedBy } },
  ];
}

function removal({ deletes }: Pipeline, row: MirrorRow, why: Leaving, goesWith: string | null): Shipment[] {
  const how = takeDownOf(row, policyFor(deletes, why));
  if (how === null) return [];
  const { documentKey, store, resource } = row;
  return [{ documentKey, store, resource, document: null, plan: { kind: 'take-down', row, why, how, with: goesWith } }];
}

function decided(
  entry: ClaimedEntry,
  disposition: Extract<EntryPlan, { kind: 'decided' }>['disposition'],
  error: { code: string; message: string; field: string | null },
): EntryPlan {
  return { kind: 'decided', entry, disposition, error: { code: error.code, message: error.message, field: error.field } };
}

/** Digest of the shop ids a document's references resolve to now: an id that changed or appeared makes the document new (rule 23). */
export function refDigest(document: MappedDocument, references: ResolvedReferences): string | null {
  if (document.references.length === 0) return null;
  const ids = document.references.map((reference) => references.get(reference.pipeline, reference.key) ?? null);
  return createHash('sha256').update(JSON.stringify(ids)).digest('hex').slice(0, 32);
}

function incidentsOf({ entry, mapped, decision }: Understood): Incident[] {
  const base = { entityKey: entry.key, documentKey: null, context: null };
  if (mapped?.kind === 'rejected')
    return mapped.errors.map((error) => ({ ...base, stage: 'map', severity: 'error', class: 'mapping', ...error }));
  if (mapped?.kind === 'documents')
    return mapped.notes.map((note) => ({ ...base, stage: 'map', severity: 'warning', class: 'remark', ...note }));
  if (decision.kind === 'give-up' || decision.kind === 'absent') {
    return [
      {
        ...base,
        stage: 'fetch',
        severity: 'warning',
        class: decision.kind === 'absent' ? 'absent' : 'stale',
        code: decision.kind === 'absent' ? 'absent' : decision.code,
        field: null,
        message: decision.message,
      },
    ];
  }
  return [];
}
