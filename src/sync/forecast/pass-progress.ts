import type { Sql } from '../../database/sql.js';
import { toJsonb } from '../../queue/sql/jsonb.js';
import { forecast, withSample, type Forecast, type PassExtent, type Sample } from './forecast.js';
import { unsettled } from './sql/unsettled.js';

/** So often somebody looks how far a pass is. */
const everyMs = 5_000;

/** How far a full pass is, looked at while it runs, and written to its run for whoever asks in another process (`status`). */
export class PassProgress {
  private extent: PassExtent | null = null;
  private samples: readonly Sample[] = [];
  private looked = -Infinity;

  constructor(
    private readonly sql: Sql,
    private readonly pipeline: string,
    private readonly run: number,
  ) {}

  /** Null before anything was listed. */
  get forecast(): Forecast | null {
    return this.extent === null ? null : forecast(this.extent, this.samples);
  }

  listed({ listed, total }: { readonly listed: number; readonly total: number | null }): void {
    this.extent = { listed, total: total ?? this.extent?.total ?? null, complete: false };
  }

  /** Every record is listed: what is left now is what waits in the queue. */
  async completed(listed: number): Promise<void> {
    this.extent = { listed, total: listed, complete: true };
    await this.look();
  }

  /** Looks, if nobody has for a while. */
  async lookNowAndThen(): Promise<void> {
    if (performance.now() - this.looked >= everyMs) await this.look();
  }

  private async look(): Promise<void> {
    if (this.extent === null) return;
    this.looked = performance.now();
    const { count, now } = await unsettled(this.sql, this.pipeline);
    this.samples = withSample(this.samples, { at: now, done: this.extent.listed - count });
    await this.sql.query(`UPDATE sync_run SET progress = coalesce(progress, '{}') || $2::jsonb WHERE id = $1`, [
      this.run,
      toJsonb({ ...this.extent, samples: this.samples.map((sample) => ({ ...sample })) }),
    ]);
  }
}
