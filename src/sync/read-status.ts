import type { Sql } from '../database/sql.js';
import { freezeOf, type Freeze } from '../queue/sql/freezes.js';
import { pausesOf, type Pause } from '../queue/sql/pauses.js';
import { openBreakers, type OpenBreaker } from '../queue/sql/show-breaker.js';
import { readFreshness, type Freshness } from './freshness/sql/freshness.js';
import { readForecast, type PassForecast } from './forecast/read-forecast.js';
import { openCounts, type OpenCounts } from '../queue/sql/open-counts.js';
import { listHeld, type WaitingSet } from '../removals/sql/list-held.js';
import { newestSlots, type SlotReport } from './schedules/sql/newest-slots.js';

/** Where a pipeline stands. */
export interface PipelineStatus {
  readonly pipeline: string;
  /** What people paused that it stands still for; empty where it works. */
  readonly pauses: readonly Pause[];
  /** Its target is frozen: what is held back waits; null where everything flows. */
  readonly frozen: Freeze | null;
  /** Its target is down and gets nothing but trials; null where it works. */
  readonly breaker: OpenBreaker | null;
  /** On the feed's axis: for a source with a clock, epoch milliseconds. Everything it changed up to there is settled, except what `open` shows. */
  readonly lastSync: number | null;
  readonly lastFullSync: Date | null;
  /** How far the shop is behind the source, and how far it may be. */
  readonly freshness: Omit<Freshness, 'pipeline'>;
  /** Entries by state; `held` are the removals that wait for a person. */
  readonly open: OpenCounts;
  /** Removals that wait for a person, as one set; null where none do. */
  readonly heldSet: WaitingSet | null;
  readonly documents: number;
  readonly inDoubt: number;
  /** How long a full pass that is under way will take; null where there is none. */
  readonly forecast: PassForecast | null;
  /** The newest times of its schedules, ten of a kind: what became of each, and why it has no run. */
  readonly slots: readonly SlotReport[];
  /** Runs that note what events bring are left out: with one a minute it would be no other. */
  readonly lastRun: { readonly kind: string; readonly state: string; readonly startedAt: Date; readonly error: string | null } | null;
}

/** Of one that came while this was read. */
const unknownFreshness = { lagSeconds: null, maxLagSeconds: null, isBehind: false };

export async function readStatus(sql: Sql): Promise<PipelineStatus[]> {
  const pipelines = await sql.query<
    Omit<PipelineStatus, 'open' | 'pauses' | 'heldSet' | 'forecast' | 'slots' | 'freshness' | 'frozen' | 'breaker'> & {
      readonly target: string | null;
    }
  >(
    `SELECT p.pipeline, p.target_connection AS target, p.last_sync AS "lastSync", p.last_full_sync AS "lastFullSync",
       (SELECT count(*) FROM mirror_document m WHERE m.pipeline = p.pipeline AND m.state = 'live') AS documents,
       (SELECT count(*) FROM mirror_document m WHERE m.pipeline = p.pipeline AND m.in_doubt) AS "inDoubt",
       (SELECT jsonb_build_object('kind', r.kind, 'state', r.state, 'startedAt', r.started_at, 'error', r.error)
        FROM sync_run r WHERE r.pipeline = p.pipeline AND r.trigger <> 'event' ORDER BY r.started_at DESC LIMIT 1) AS "lastRun"
     FROM pipeline_state p ORDER BY p.pipeline`,
  );
  const sets = await listHeld(sql);
  const breakers = await openBreakers(sql);
  const fresh = new Map((await readFreshness(sql)).map(({ pipeline, ...one }) => [pipeline, one]));
  const status: PipelineStatus[] = [];
  for (const { target, ...pipeline } of pipelines) {
    const frozen = target === null ? null : await freezeOf(sql, target);
    const open = await openCounts(sql, pipeline.pipeline);
    const pauses = await pausesOf(sql, pipeline.pipeline);
    const forecast = await readForecast(sql, pipeline.pipeline);
    const slots = await newestSlots(sql, pipeline.pipeline);
    status.push({
      ...pipeline,
      freshness: fresh.get(pipeline.pipeline) ?? unknownFreshness,
      frozen,
      breaker: breakers.find(({ connection }) => connection === target) ?? null,
      pauses,
      forecast,
      slots,
      open,
      heldSet: sets.find((set) => set.pipeline === pipeline.pipeline) ?? null,
    });
  }
  return status;
}
