import type { Sql } from '../../database/sql.js';
import { forecast, outlasting, withSample, type Forecast, type Outlasting, type PassExtent, type Sample } from './forecast.js';
import { unsettled } from './sql/unsettled.js';

interface Row {
  readonly kind: string;
  readonly progress: PassExtent & { readonly samples: readonly Sample[] };
  /** Of the pass's own entries some are still to be delivered. */
  readonly isDelivered: boolean;
  readonly run: number;
  readonly ranSeconds: number;
  readonly everySeconds: number | null;
}

export interface PassForecast extends Forecast {
  /** initial, full. */
  readonly kind: string;
  readonly run: number;
  /** It takes longer than the time between two of its schedule: null where it does not, or is a first load. */
  readonly outlasts: Outlasting | null;
}

/** Whoever runs a pass looks more often than that: one that nobody looks at was killed. */
const longestSilenceMs = 60_000;

/** How long the pass of a pipeline that is under way, or whose entries are still being delivered, will take; null where there is none. */
export async function readForecast(sql: Sql, pipeline: string): Promise<PassForecast | null> {
  const [row] = await sql.query<Row>(
    `SELECT r.kind, r.progress, r.id AS run, extract(epoch FROM now() - r.started_at)::float8 AS "ranSeconds",
       (SELECT (p.full_every_ms / 1000.0)::float8 FROM pipeline_state p WHERE p.pipeline = $1) AS "everySeconds",
       NOT EXISTS (
         SELECT 1 FROM queue_entry e
         WHERE e.pipeline = $1 AND e.cause IN ('full', 'initial', 'mapping') AND e.state IN ('ready', 'leased', 'waiting', 'submitted')
       ) AS "isDelivered"
     FROM sync_run r WHERE r.pipeline = $1 AND r.progress IS NOT NULL AND r.progress ? 'listed' ORDER BY r.started_at DESC, r.id DESC LIMIT 1`,
    [pipeline],
  );
  if (!row) return null;
  const { kind, progress, isDelivered, run } = row;
  const { count, now } = await unsettled(sql, pipeline);
  const silent = now - (progress.samples.at(-1)?.at ?? 0) > longestSilenceMs;
  if (progress.complete ? isDelivered : silent) return null;
  const found = forecast(progress, withSample(progress.samples, { at: now, done: progress.listed - count }));
  return { kind, run, ...found, outlasts: outlasting(found, row.ranSeconds, kind === 'full' ? row.everySeconds : null) };
}
