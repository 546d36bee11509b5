import type { Connection } from '../config/load-connections.js';
import { Unauthorized, type CheckResult, type SeenRequest } from '../connectors/contract/index.js';
import { boundLog } from '../logging/bound-log.js';
import type { Log } from '../logging/log.js';
import { secrets } from '../logging/secrets.js';
import { clockAhead } from './clock-ahead.js';

/** What came of imitating normal work with one outside system. */
export interface CheckedConnection {
  readonly connection: string;
  readonly connector: string;
  readonly ok: boolean;
  /** It answered something; null where nobody can tell (no HTTP). */
  readonly reachable: boolean | null;
  /** It took the credentials; null where it was not asked that far. */
  readonly authorised: boolean | null;
  readonly version: string | null;
  /** How far its clock is ahead of ours (negative: behind), seconds; 0 is "as far as can be told", null "it does not tell". */
  readonly clockAheadSeconds: number | null;
  /** What was found, or what is wrong. */
  readonly says: string;
  /** What to do about it; null where nothing is to be done. */
  readonly advice: string | null;
  readonly tookMs: number;
}

export interface CheckOptions {
  readonly log: Log;
  /** Nobody waits longer for one of them, milliseconds. */
  readonly limitMs: number;
}

/** Opens a connection of its own, has the connector check it, and closes it. Never rejects: whatever is wrong is the answer. */
export async function checkConnection(connection: Connection, { log, limitMs }: CheckOptions): Promise<CheckedConnection> {
  const began = performance.now();
  const seen: (SeenRequest & { readonly at: number })[] = [];
  const tools = {
    connection: connection.name,
    log: boundLog(log, { connection: connection.name }),
    watch: (request: SeenRequest) => void seen.push({ ...request, at: Date.now() }),
  };
  const result = await withinLimit(limitMs, async (signal) => {
    const opened = [
      ...(connection.source ? [await connection.source.open(connection.config, tools)] : []),
      ...(connection.target ? [await connection.target.open(connection.config, tools)] : []),
    ];
    try {
      const results = await Promise.all(opened.map((one) => one.check(signal)));
      return results.find(({ ok }) => !ok) ?? results[0] ?? nothingToAsk;
    } finally {
      for (const one of opened) await one.close?.();
    }
  });
  const answered = seen.flatMap(({ status }) => status ?? []);
  const refused = result.unauthorised || (!result.ok && [401, 403].includes(answered.at(-1) ?? 0));
  const reachable = result.ok || answered.length > 0 ? true : seen.length > 0 ? false : null;
  const checked: CheckedConnection = {
    connection: connection.name,
    connector: connection.connector,
    ok: result.ok,
    reachable,
    authorised: result.ok ? true : refused ? false : null,
    version: (result.ok && result.version) || null,
    clockAheadSeconds: result.ok && result.clockAheadMs !== undefined ? Math.round(result.clockAheadMs / 1_000) : clockAhead(seen),
    // What is wrong may quote an answer.
    says: secrets.hide(result.ok ? result.detail : result.problem),
    advice: result.ok ? null : reachable === false ? unreachable : result.advice,
    tookMs: Math.round(performance.now() - began),
  };
  if (checked.ok) log.info('a connection was checked', { ...checked });
  else log.warn('a connection does not work', { ...checked });
  return checked;
}

const unreachable = 'Is the address right, is the system up, and does no firewall stand between it and this machine?';

type Judged = CheckResult & { readonly unauthorised?: boolean };

const nothingToAsk: CheckResult = {
  ok: false,
  problem: 'its connector is neither a source nor a target',
  advice: 'Take another connector.',
};

/** A connector that does not heed its signal is not waited for either. */
async function withinLimit(limitMs: number, work: (signal: AbortSignal) => Promise<CheckResult>): Promise<Judged> {
  const limit = new AbortController();
  const late: CheckResult = {
    ok: false,
    problem: `no answer within ${limitMs / 1_000} s`,
    advice: unreachable,
  };
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<CheckResult>((resolve) => {
    timer = setTimeout(() => {
      resolve(late);
      limit.abort();
    }, limitMs);
  });
  try {
    return await Promise.race([work(limit.signal).catch(asResult), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** A connector should answer what is wrong; where one throws, that is told as well as it can be. */
function asResult(error: unknown): Judged {
  const problem = error instanceof Error ? error.message : String(error);
  return {
    ok: false,
    problem,
    advice: 'Compare what connections.yaml says of it with the system.',
    unauthorised: error instanceof Unauthorized,
  };
}
