import { foreseeCandidates } from '../../mirror/sql/sweep-candidates.js';
import { foreseeDoubt } from '../../mirror/sql/take-up-doubt.js';
import { routeChanges } from '../../queue-builder/route-changes.js';
import { judgeRemovals, suspectPass } from '../../removals/judge-removals.js';
import { foreseeReservation } from '../../removals/sql/reserve-removals.js';
import type { NewEntry } from '../../queue/entry.js';
import { freezeOf } from '../../queue/sql/freezes.js';
import { asClaimed, foreseeEnqueue, foreseeNext, foreseeOpen } from '../../queue/sql/foresee.js';
import { usersOf } from '../../queue/sql/references.js';
import { chosenPages, type Chosen } from '../chosen.js';
import { lastPass } from '../mapping-number.js';
import type { OpenProject } from '../open-project.js';
import type { PipelineContext } from '../pipeline-context.js';
import type { RunKind } from '../runs/run-log.js';
import { foreseenPages } from './foreseen-pages.js';
import { milderThan, policyFor } from '../take-down-policy.js';
import type { ForeseenAction, ForeseenDocument } from './foreseen.js';
import { Rehearsal } from './rehearsal.js';
import { relatedEntries } from './related-entries.js';
import { settleLacks } from './settle-lacks.js';

export interface DryRunRequest {
  readonly pipeline: string;
  readonly kind: RunKind;
  /** Look at no more than so many records; of a drain: at the entries that would be claimed first. */
  readonly limit: number | null;
  /** What a partial sync would bring. */
  readonly chosen?: Chosen;
  readonly signal: AbortSignal;
}

/** What a sync that starts now would send. */
export interface DryRun {
  readonly pipeline: string;
  readonly kind: RunKind;
  readonly documents: readonly ForeseenDocument[];
  readonly totals: Readonly<Record<ForeseenAction | 'seen' | 'held', number>>;
  /** Why removals would be held for a person. */
  readonly message: string | null;
}

const pageSize = 1_000;

/**
 * Goes the way of a sync, the source read and every document mapped and compared, and stops before the first
 * word to the shop: nothing is enqueued, no cursor moves, no mirror row changes. Rejects where the source fails.
 */
export async function dryRun(project: OpenProject, request: DryRunRequest): Promise<DryRun> {
  const context = project.context(request.pipeline);
  const freeze = await freezeOf(context.sql, context.pipeline.target.connection);
  const rehearsal = new Rehearsal(context, request.signal, freeze);
  await addOpenEntries(context, rehearsal, request);
  const changed = request.kind === 'delta' ? await addChanges(project, context, rehearsal, request) : 0;
  if (request.kind === 'delta') {
    const related = await relatedEntries(project, context, request.signal);
    await rehearsal.add(related.filter(({ key }) => !rehearsal.has(key)));
  }
  const goesOverAll = ['full', 'sweep'].includes(request.kind) || (request.kind === 'delta' && project.mustRemap(request.pipeline));
  const listed = goesOverAll ? await addListed(project, context, rehearsal, request) : null;
  const unread = listed?.complete ? await addRemovals(context, rehearsal, listed.keys) : null;
  const chosen = request.chosen ? await addChosen(context, rehearsal, request.chosen, request) : 0;
  await addWoken(context, rehearsal);
  const held = await foreseeHeld(context, rehearsal, unread);
  const documents = settleLacks(request.pipeline, rehearsal.entities).flatMap((entity) => entity.documents);
  const count = (action: ForeseenAction): number => documents.filter((one) => one.action === action).length;
  return {
    pipeline: request.pipeline,
    kind: request.kind,
    documents,
    totals: {
      seen: changed + chosen + (listed?.keys.length ?? 0),
      create: count('create'),
      update: count('update'),
      unchanged: count('unchanged'),
      'take-down': count('take-down'),
      rejected: count('rejected'),
      waits: count('waits'),
      held: held?.removals ?? 0,
    },
    message: held ? `${held.removals} removals would be held for a person: ${held.reason}` : null,
  };
}

/** What waits in the queue already, and what a sync looks at again because nobody is certain about it. */
async function addOpenEntries(context: PipelineContext, rehearsal: Rehearsal, { kind, limit }: DryRunRequest): Promise<void> {
  const { pipeline, sql } = context;
  if (kind === 'drain' && limit !== null) return rehearsal.add(await foreseeNext(sql, pipeline.name, limit));
  for (let after = ''; ;) {
    const page = await foreseeOpen(sql, pipeline.name, after, pageSize);
    await rehearsal.add(page);
    const last = page.at(-1);
    if (!last || page.length < pageSize) break;
    after = last.key;
  }
  const doubtful = (await foreseeDoubt(sql, pipeline.name)).filter((one) => !rehearsal.has(one.entityKey));
  for (const { documentKeys } of doubtful) for (const key of documentKeys) rehearsal.doubted.add(key);
  await rehearsal.add(
    doubtful.map(({ entityKey, gone }) => asClaimed(plainEntry(context, entityKey, gone ? 'deleted' : 'updated'), 'manual')),
  );
}

/** The changes since the cursor. A feed that nobody has subscribed to yet begins now, so that there are none. */
async function addChanges(
  project: OpenProject,
  context: PipelineContext,
  rehearsal: Rehearsal,
  { limit, signal }: DryRunRequest,
): Promise<number> {
  let seen = 0;
  for await (const page of foreseenPages(context.sql, project.feed(context), signal)) {
    const changes = limit === null ? page.changes : page.changes.slice(0, limit - seen);
    const entries = await foreseeEnqueue(context.sql, 'delta', routeChanges(changes, [context.pipeline]));
    const records = new Map(changes.flatMap(({ key, record }) => (record ? [[key, record] as const] : [])));
    await rehearsal.add(
      entries.filter((entry) => !rehearsal.has(entry.key)),
      records,
    );
    seen += changes.length;
    if (seen === limit) break;
  }
  return seen;
}

/** Every key of the source; with its record, unless only what is gone is looked for. */
async function addListed(
  project: OpenProject,
  context: PipelineContext,
  rehearsal: Rehearsal,
  { kind, limit, signal }: DryRunRequest,
): Promise<{ readonly keys: readonly string[]; readonly complete: boolean }> {
  const { pipeline, source, sql } = context;
  const listed: string[] = [];
  const cause = await project.causeOf('full', pipeline.name);
  for (let cursor: Parameters<typeof source.keys>[1] = null; ;) {
    signal.throwIfAborted();
    const withRecords = kind !== 'sweep';
    const page = await source.keys(pipeline.source.entity, cursor, { needs: pipeline.needs, signal, withRecords });
    const found = limit === null ? page.keys : page.keys.slice(0, limit - listed.length);
    for (const { key } of found) listed.push(key);
    if (withRecords) {
      const entries = found.map(({ key, version }) => ({ ...plainEntry(context, key, 'updated'), version }));
      const opened = await foreseeEnqueue(sql, cause, entries);
      const records = new Map(found.flatMap(({ key, record }) => (record ? [[key, record] as const] : [])));
      await rehearsal.add(
        opened.filter((entry) => !rehearsal.has(entry.key)),
        records,
      );
    }
    if (page.done || listed.length === limit) return { keys: listed, complete: limit === null };
    cursor = page.cursor;
  }
}

/** What a person chose; whatever waits in the queue of it was looked at already. */
async function addChosen(
  context: PipelineContext,
  rehearsal: Rehearsal,
  chosen: Chosen,
  { limit, signal }: DryRunRequest,
): Promise<number> {
  let seen = 0;
  for await (const page of chosenPages(context, chosen, signal)) {
    const keys = limit === null ? page.keys : page.keys.slice(0, limit - seen);
    seen += keys.length;
    const entries = keys.filter((key) => !rehearsal.has(key)).map((key) => asClaimed(plainEntry(context, key, 'updated'), 'manual'));
    await rehearsal.add(entries, page.records);
    if (seen === limit) break;
  }
  return seen;
}

interface Held {
  readonly removals: number;
  readonly reason: string;
}

/** What the shop has and the source did not list: looked at one by one, or held unread where it is too much (rules 11, 13). */
async function addRemovals(context: PipelineContext, rehearsal: Rehearsal, listed: readonly string[]): Promise<Held | null> {
  const { pipeline, sql } = context;
  const { candidates, live } = await foreseeCandidates(sql, pipeline.name, listed, milderThan(policyFor(pipeline.deletes, 'deleted')));
  const missing = candidates.filter((one) => !rehearsal.has(one.entityKey));
  const before = await lastPass(sql, pipeline.name, context.mapping);
  const suspicious = suspectPass({ listed: new Set(listed).size, values: null, ...before }, live, pipeline.deletes);
  if (suspicious !== null) return { removals: missing.length, reason: suspicious };
  const verdict = judgeRemovals(missing.length, live, pipeline.deletes);
  if (verdict.kind === 'hold') return { removals: missing.length, reason: verdict.reason };
  const provenBy = 0;
  await rehearsal.add(missing.map(({ entityKey }) => asClaimed(plainEntry(context, entityKey, 'deleted'), 'sweep', provenBy)));
  return null;
}

/** What the guard would hold back, with what is held unread (rule 13). */
async function foreseeHeld(context: PipelineContext, rehearsal: Rehearsal, unread: Held | null): Promise<Held | null> {
  const { pipeline, sql } = context;
  if (unread) return { ...unread, removals: unread.removals + rehearsal.holdRemovals(unread.reason) };
  const removals = rehearsal.entities.filter((one) => one.removes).length;
  const reason = await foreseeReservation(sql, pipeline.name, removals, pipeline.deletes);
  return reason === null ? null : { removals: rehearsal.holdRemovals(reason), reason };
}

/** What waits for something that would come to stand in the shop is sent in its turn, as after every batch. */
async function addWoken(context: PipelineContext, rehearsal: Rehearsal): Promise<void> {
  const { name } = context.pipeline;
  for (let told = new Set<string>(); ;) {
    const appeared = rehearsal.entities.filter((one) => one.appears && !told.has(one.key)).map((one) => one.key);
    if (appeared.length === 0) return;
    told = new Set([...told, ...appeared]);
    const waiting = await usersOf(
      context.sql,
      appeared.map((key) => ({ pipeline: name, key })),
    );
    const own = waiting.filter((one) => one.pipeline === name);
    await rehearsal.add(own.map(({ key }) => asClaimed(plainEntry(context, key, 'updated'), 'reference')));
  }
}

function plainEntry({ pipeline }: PipelineContext, key: string, kind: NewEntry['kind']): NewEntry {
  return { pipeline: pipeline.name, key, kind, version: null, priority: 0, changedFields: [] };
}
