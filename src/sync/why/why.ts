import type { Sql } from '../../database/sql.js';
import { Refusal } from '../../model/refusal.js';
import { asClaimed } from '../../queue/sql/foresee.js';
import { freezeOf } from '../../queue/sql/freezes.js';
import { knownNames } from '../../queue/sql/known-names.js';
import { pausesOf } from '../../queue/sql/pauses.js';
import { openBreakers } from '../../queue/sql/show-breaker.js';
import { unknownName } from '../../queue/queue-service.js';
import { showEntity } from '../../queue/sql/show-entry.js';
import { listHeld } from '../../removals/sql/list-held.js';
import type { ForeseenDocument } from '../dry-run/foreseen.js';
import { Rehearsal } from '../dry-run/rehearsal.js';
import { settleLacks } from '../dry-run/settle-lacks.js';
import type { Looking } from '../looking/looking.js';
import { keysCalled, linkTo, readNow, reasonOf, type SourceNow } from '../looking/read-now.js';
import type { Facts, MappingFact, SourceFact } from './facts.js';
import { nextStep, type NextStep } from './next-step.js';
import { findEntities, type FoundEntity } from './sql/find-entities.js';
import { missingReferences } from './sql/missing-references.js';

/** Why one entity stands in the shop as it does, and what comes next. */
export interface Why extends Facts {
  readonly next: NextStep;
}

export interface WhyAnswer {
  /** One a pipeline that knows something of that name. */
  readonly found: readonly Why[];
  /** Sources that could not be asked for the name, each with a sentence. */
  readonly unasked: readonly string[];
}

/** Everything about a record, by its SKU, its key, or the key of one of its documents. Rejects where nobody knows anything of that name. */
export async function why(looking: Looking, name: string, pipeline?: string): Promise<WhyAnswer> {
  const { pipelines } = await knownNames(looking.sql);
  if (pipeline !== undefined && !pipelines.includes(pipeline)) throw unknownName('pipeline', pipeline, pipelines);
  const unasked: string[] = [];
  const direct = await findEntities(looking.sql, name, pipeline);
  const seen = pipeline === undefined ? await withOthers(looking, direct, unasked) : direct;
  const asked = seen.length > 0 ? [] : await askSources(looking, name, pipeline, unasked);
  const entities = [...seen, ...asked];
  if (entities.length === 0) {
    const notAsked = unasked.length === 0 ? '' : ` Not asked: ${unasked.join('; ')}.`;
    throw new Refusal('unknown', `Nobody knows ${name}: no pipeline has seen it, and no source finds it.${notAsked}`);
  }
  const found: Why[] = [];
  for (const entity of entities) found.push(await explain(looking, entity));
  return { found, unasked };
}

/** The same records in other pipelines: one shop may have it, and another one's mapping refuse it. */
async function withOthers(looking: Looking, direct: readonly FoundEntity[], unasked: string[]): Promise<FoundEntity[]> {
  const all = new Map(direct.map((one) => [`${one.pipeline} ${one.key}`, one]));
  try {
    for (const { pipeline, key } of direct)
      for (const other of await looking.readersBeside(pipeline))
        for (const one of await findEntities(looking.sql, key, other)) if (one.key === key) all.set(`${one.pipeline} ${one.key}`, one);
  } catch (error) {
    unasked.push(reasonOf(error));
  }
  return [...all.values()];
}

/** What was never seen here may be there all the same: its mapping may have refused it, or nobody has read it yet. */
async function askSources(looking: Looking, name: string, only: string | undefined, unasked: string[]): Promise<FoundEntity[]> {
  const found: FoundEntity[] = [];
  let pipelines: readonly string[] = [];
  try {
    pipelines = (await looking.pipelines()).filter((one) => only === undefined || one === only);
  } catch (error) {
    unasked.push(reasonOf(error));
  }
  for (const pipeline of pipelines) {
    try {
      const context = await looking.context(pipeline);
      const keys = await keysCalled(context, name);
      const now = keys.length === 0 ? await readNow(looking, pipeline, name) : null;
      if (now?.kind === 'record') keys.push(name);
      if (now?.kind === 'failed') unasked.push(`${pipeline}: ${now.reason}`);
      found.push(...keys.map((key) => ({ pipeline, key })));
    } catch (error) {
      unasked.push(`${pipeline}: ${reasonOf(error)}`);
    }
  }
  return found;
}

async function explain(looking: Looking, { pipeline, key }: FoundEntity): Promise<Why> {
  const { sql } = looking;
  const now = await readNow(looking, pipeline, key);
  const { entry, errors, documents, timeline } = await showEntity(sql, pipeline, key);
  const target = await targetOf(sql, pipeline);
  const sets = entry?.state === 'held' ? await listHeld(sql) : [];
  const facts: Facts = {
    pipeline,
    key,
    source: sourceFact(now, await linkTo(looking, pipeline, key)),
    mapping: mappingFact(now),
    foreseen: await foreseen(looking, pipeline, key, now),
    entry,
    missing: entry?.state === 'parked' && target !== null ? await missingReferences(sql, target, pipeline, key) : [],
    lastError: errors[0] ?? null,
    documents,
    pauses: await pausesOf(sql, pipeline),
    breaker: target === null ? null : ((await openBreakers(sql, [target]))[0] ?? null),
    frozen: await frozenFact(sql, target),
    heldSet: sets.find((set) => set.pipeline === pipeline) ?? null,
    timeline,
  };
  return { ...facts, next: nextStep(facts) };
}

function sourceFact(now: SourceNow, link: string | null): SourceFact {
  const { time } = now;
  if (now.kind !== 'record')
    return { time, result: now.kind, state: null, version: null, link, reason: now.kind === 'failed' ? now.reason : null };
  const { record } = now;
  return { time, result: 'record', state: record.state ?? 'live', version: record.version?.id ?? null, reason: null, link };
}

function mappingFact(now: SourceNow): MappingFact | null {
  if (now.kind !== 'record' || now.leaving !== null) return null;
  const { mapped } = now;
  return {
    result: mapped.kind,
    reason: mapped.kind === 'excluded' ? mapped.reason : null,
    errors: mapped.kind === 'rejected' ? mapped.errors : [],
    notes: mapped.kind === 'documents' ? mapped.notes : [],
  };
}

/** What a sync that looked at it now would do, as a dry run says it. */
async function foreseen(looking: Looking, pipeline: string, key: string, now: SourceNow): Promise<readonly ForeseenDocument[]> {
  if (now.kind !== 'record') return [];
  const context = await looking.context(pipeline);
  const rehearsal = new Rehearsal(context, AbortSignal.timeout(20_000));
  const entry = asClaimed({ pipeline, key, kind: 'updated', version: null, priority: 0, changedFields: [] }, 'manual');
  await rehearsal.add([entry], new Map([[key, now.record]]));
  return settleLacks(pipeline, rehearsal.entities).flatMap(({ documents }) => documents);
}

async function targetOf(sql: Sql, pipeline: string): Promise<string | null> {
  const rows = await sql.query<{ connection: string | null }>(
    'SELECT target_connection AS connection FROM pipeline_state WHERE pipeline = $1',
    [pipeline],
  );
  return rows[0]?.connection ?? null;
}

async function frozenFact(sql: Sql, connection: string | null): Promise<Facts['frozen']> {
  const freeze = connection === null ? null : await freezeOf(sql, connection);
  return freeze === null || connection === null ? null : { connection, ...freeze };
}
