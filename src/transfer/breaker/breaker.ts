import type { Sql } from '../../database/sql.js';
import { secrets } from '../../logging/secrets.js';
import type { Log } from '../../logging/log.js';
import { closeBreaker } from '../sql/close-breaker.js';
import { countFailure } from '../sql/count-failure.js';
import { restConnection } from '../sql/rest-connection.js';
import { releaseTrial, renewTrial, takeTrial } from '../sql/trials.js';
import type { BreakerPolicy } from './breaker-policy.js';
import type { Verdict } from './verdict.js';

/** Whoever means a day is asked again. */
const longestRestMs = 3_600_000;

export interface BreakerSettings {
  readonly sql: Sql;
  readonly log: Log;
  readonly connection: string;
  readonly policy: BreakerPolicy;
  /** A process that died keeps a trial no longer than that, milliseconds. */
  readonly leaseMs: number;
}

/** What was known when a batch was claimed. */
export interface UnderBreaker {
  /** `openings` at that time. */
  readonly openings: number;
  /** Failures had been counted, by whichever process. */
  readonly isFailing: boolean;
  /** Token of the trial it is. */
  readonly trial: number | null;
}

/**
 * One process's view of the breaker of a target connection, which stands in `connection_state` for all of them (ADR 19). While all is well it
 * costs no statement: claims tell how it stands.
 */
export class Breaker {
  /** How often this process saw it open, or the shop ask to be left alone: what was claimed before that is not sent. */
  openings = 0;
  /** This process counted a failure, and has had no success since. */
  private failing = false;
  private renewed: { readonly trial: number; readonly pipeline: string; readonly timer: NodeJS.Timeout } | undefined;

  constructor(private readonly settings: BreakerSettings) {}

  /** Token of the trial, for at most one of all processes; null: another one has it, or the pipeline has nothing to send. */
  async takeTrial(pipeline: string): Promise<number | null> {
    const { sql, log, connection, leaseMs } = this.settings;
    const trial = await takeTrial(sql, connection, pipeline, leaseMs);
    if (trial === null) return null;
    clearInterval(this.renewed?.timer);
    const timer = setInterval(() => {
      renewTrial(sql, connection, trial, leaseMs).catch((error: unknown) =>
        log.warn('a trial of a connection could not be renewed', { connection, error: String(error) }),
      );
    }, leaseMs / 3);
    this.renewed = { trial, pipeline, timer };
    return trial;
  }

  /** It came to nothing; it is due for whoever comes next. */
  async release(trial: number): Promise<void> {
    this.forget(trial);
    await releaseTrial(this.settings.sql, this.settings.connection, trial);
  }

  /** Takes in what a batch said of the shop. */
  async heard(verdict: Verdict | null, { trial, isFailing }: UnderBreaker): Promise<void> {
    if (trial !== null) this.forget(trial);
    if (verdict?.kind === 'down') return this.fail(verdict.reason, trial);
    if (verdict?.kind === 'works') {
      if (this.failing || isFailing || trial !== null) await this.close();
      return;
    }
    if (verdict !== null) await this.rest(verdict);
    if (trial !== null) await this.release(trial);
  }

  /** The worker of a pipeline has ended: a trial of which it could not tell what became of it ends by itself. */
  workerEnded(pipeline: string): void {
    if (this.renewed?.pipeline === pipeline) clearInterval(this.renewed.timer);
  }

  private forget(trial: number): void {
    if (this.renewed?.trial === trial) clearInterval(this.renewed.timer);
  }

  private async close(): Promise<void> {
    const { sql, log, connection } = this.settings;
    const closed = await closeBreaker(sql, connection);
    this.failing = false;
    if (typeof closed?.openMs === 'number')
      log.info('a shop that was down answers again', { connection, downMs: Math.round(closed.openMs) });
  }

  private async fail(said: string, trial: number | null): Promise<void> {
    const { sql, log, connection, policy } = this.settings;
    this.failing = true;
    const reason = written(said);
    const counted = await countFailure(sql, connection, { reason, trial }, policy);
    // Null: it was open already, and others have told so.
    if (!counted?.isOpen) return;
    this.openings += 1;
    const { failures, trials, nextTrialMs } = counted;
    log.warn(trials === 0 ? 'a shop is down: nothing is sent to it but trials' : 'a shop that is down was tried', {
      ...{ connection, reason, failures, trials, nextTrialMs },
    });
  }

  private async rest({ forMs, reason }: Extract<Verdict, { kind: 'rests' }>): Promise<void> {
    this.openings += 1;
    await restConnection(this.settings.sql, this.settings.connection, Math.min(forMs, longestRestMs), written(reason));
  }
}

/** As it may stand in the database. */
function written(said: string): string {
  return secrets.hide(said.replaceAll('\u0000', '\uFFFD')).slice(0, 1_000);
}
