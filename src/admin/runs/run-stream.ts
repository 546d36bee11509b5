import { createHash } from 'node:crypto';
import type { Response } from 'express';
import type { RunNow } from '../../sync/runs/sql/list-runs.js';

/** Proxies close a connection over which nothing comes. */
const heartbeatMs = 15_000;
/** After so long whoever listens has to show his key again. */
const longestMs = 15 * 60_000;

/** When it is over: once the run is closed, or once all that it queued is through as well. */
export type Until = 'closed' | 'delivered';

/** How one run stands, as server-sent events: `progress` where something has changed, and `end` once. */
export class RunStream {
  private readonly heartbeat: NodeJS.Timeout;
  private readonly end: NodeJS.Timeout;
  private told: string | null;

  constructor(
    private readonly response: Response,
    private readonly until: Until,
    /** What whoever comes back heard last. */
    lastEventId: string | null,
  ) {
    this.told = lastEventId;
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    response.write('retry: 3000\n\n');
    this.heartbeat = setInterval(() => this.write(': still here\n\n'), heartbeatMs);
    this.end = setTimeout(() => this.close(), longestMs);
  }

  /** Answers whether it is over. */
  tell(run: RunNow): boolean {
    const over = isOver(run, this.until);
    const id = eventId(run, this.until);
    if (id !== this.told && this.write(`id: ${id}\nevent: ${over ? 'end' : 'progress'}\ndata: ${JSON.stringify(run)}\n\n`, over))
      this.told = id;
    if (over) this.close();
    return over;
  }

  close(): void {
    clearInterval(this.heartbeat);
    clearTimeout(this.end);
    this.response.end();
  }

  /** False: whoever listens is behind. How a run stands is told anew in a second, so nothing is kept for him. */
  private write(text: string, anyway = false): boolean {
    if (this.response.writableNeedDrain && !anyway) return false;
    this.response.write(text);
    return true;
  }
}

export function isOver({ state, left }: RunNow, until: Until): boolean {
  return state !== 'running' && (until === 'closed' || left === 0);
}

/**
 * The same as long as nothing has changed, in whichever process it is asked for: who comes back hears nothing twice. The end is the
 * end, whatever is still counted for a run after it was closed.
 */
export function eventId(run: RunNow, until: Until): string {
  return createHash('sha256')
    .update(JSON.stringify(isOver(run, until) ? [run.id, 'end', until] : [run]))
    .digest('base64url')
    .slice(0, 16);
}
