import { secrets } from '../../logging/secrets.js';
import { dryRun } from '../dry-run/dry-run.js';
import type { OpenProject } from '../open-project.js';
import { SyncService } from '../sync-service.js';
import { boundedDryRun } from './bounded-dry-run.js';
import type { TakenRequest } from './run-request.js';
import { closeRequest, giveRequestBack, keepRequest, type RequestEnd } from './sql/hold-request.js';
import { takeRequest } from './sql/take-request.js';

/** So many at a time in one process; the others wait. */
const atOnce = 4;
/** One that has ended its process so often is not begun again. */
const mostAttempts = 3;
/** Somebody may want it to end: looked at least so often. */
const lookMs = 1_000;

/** Runs what was asked for through the API. It queues what changed, or shows what would be sent; workers deliver. */
export class RequestRunner {
  private readonly running = new Set<Promise<void>>();
  private taking: Promise<void> | null = null;

  /** The signal lets what is running come to a stand, and gives it back for whoever is next. */
  constructor(
    private readonly project: OpenProject,
    private readonly signal: AbortSignal,
  ) {}

  /** Takes what nobody has, and begins it. */
  async tick(): Promise<void> {
    if (this.taking !== null || this.signal.aborted) return;
    this.taking = this.take();
    try {
      await this.taking;
    } finally {
      this.taking = null;
    }
  }

  /** Resolves once nothing is running any more. */
  async ended(): Promise<void> {
    await this.taking?.catch(() => undefined);
    await Promise.all(this.running);
  }

  private async take(): Promise<void> {
    const { sql, pipelines, owner, leaseMs } = this.project;
    while (this.running.size < atOnce && !this.signal.aborted) {
      const request = await takeRequest(sql, pipelines, { owner, leaseMs });
      if (request === null) return;
      const run = this.run(request)
        .catch((error: unknown) =>
          this.project.log.error('a run that was asked for could not be closed', { request: request.id, error: String(error) }),
        )
        .finally(() => this.running.delete(run));
      this.running.add(run);
    }
  }

  private async run(request: TakenRequest): Promise<void> {
    const { sql, leaseMs, log } = this.project;
    const ending = new AbortController();
    const ended = { by: request.cancelledBy, lost: false };
    const look = async (): Promise<void> => {
      const kept = await keepRequest(sql, request, leaseMs).catch((error: unknown) => {
        log.warn('the lease of a run that was asked for could not be renewed', { request: request.id, error: String(error) });
        return { cancelledBy: null };
      });
      ended.lost ||= kept === null;
      ended.by ??= kept?.cancelledBy ?? null;
      if (ended.lost || ended.by !== null) ending.abort();
    };
    const timer = setInterval(() => void look(), Math.min(lookMs, leaseMs / 3));
    try {
      const end = ended.by === null ? await this.work(request, AbortSignal.any([this.signal, ending.signal])) : cancelled(ended.by);
      if (ended.lost) return;
      if (ended.by !== null) await closeRequest(sql, request, cancelled(ended.by));
      else if (end !== null) await closeRequest(sql, request, end);
      else await giveRequestBack(sql, request);
    } finally {
      clearInterval(timer);
    }
  }

  /** What it came to; null where this process is to end, and somebody else begins it anew. */
  private async work(request: TakenRequest, signal: AbortSignal): Promise<RequestEnd | null> {
    if (request.attempts > mostAttempts) return { state: 'failed', error: `its process ended ${mostAttempts} times in the middle of it` };
    try {
      return request.dryRun ? await this.rehearse(request, signal) : await this.sync(request, signal);
    } catch (error) {
      if (signal.aborted) return null;
      return { state: 'failed', error: secrets.hide(error instanceof Error ? error.message : String(error)) };
    }
  }

  private async rehearse({ pipeline, kind, limit, chosen }: TakenRequest, signal: AbortSignal): Promise<RequestEnd> {
    const found = await dryRun(this.project, { pipeline, kind, limit, signal, ...(chosen === null ? {} : { chosen }) });
    return { state: 'done', error: null, result: boundedDryRun(found) };
  }

  private async sync({ id, pipeline, kind, limit, chosen, by }: TakenRequest, signal: AbortSignal): Promise<RequestEnd | null> {
    const { log } = this.project;
    const request = { request: id, trigger: 'api' as const, by, deliver: false, ...(chosen === null ? {} : { chosen }) };
    const { state, message, run, counts, cancelledBy } = await new SyncService(this.project).sync({
      ...request,
      pipeline,
      kind,
      limit,
      signal,
    });
    log[state === 'failed' ? 'error' : 'info']('a run that was asked for is through', {
      pipeline,
      kind,
      run,
      by,
      state,
      enqueued: counts.enqueued,
      message,
    });
    if (cancelledBy !== undefined) return cancelled(cancelledBy);
    if (state === 'cancelled') return null;
    return { state: state === 'completed' ? 'done' : 'failed', error: message };
  }
}

function cancelled(by: string): RequestEnd {
  return { state: 'cancelled', error: `cancelled by ${by}` };
}
