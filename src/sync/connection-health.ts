import { BadAnswer, Misconfigured, Unauthorized, Unavailable, type ConnectorError } from '../connectors/contract/index.js';
import type { Sql } from '../database/sql.js';
import { secrets } from '../logging/secrets.js';
import type { Log } from '../logging/log.js';

/** So often, at most, a process writes down that a connection works, or still does not. */
const everyMs = 10_000;

export interface Watch<Result> {
  /** Asked once it is through: whoever was stopped knows nothing of the system. */
  readonly isStopped: () => boolean;
  /** What an answer says of the system itself; null: it works. */
  readonly troubleOf: (result: Result) => ConnectorError | null;
}

/**
 * What processes know of a connection by using it, written down for whoever watches (`alerts/`): the flow neither waits for that nor fails by it. Any
 * process that can use it ends the trouble of all.
 */
export class ConnectionHealth {
  private writing: Promise<void> = Promise.resolve();
  private readonly told = new Map<string, { readonly state: string; readonly at: number }>();

  constructor(
    private readonly sql: Sql,
    private readonly log: Log,
  ) {}

  /** Notes how a call went; the answer, or the failure, is the caller's. */
  async observed<Result>(connection: string, call: Promise<Result>, { isStopped, troubleOf }: Watch<Result>): Promise<Result> {
    try {
      const result = await call;
      if (!isStopped()) this.note(connection, troubleOf(result));
      return result;
    } catch (error) {
      if (!isStopped()) this.failed(connection, error);
      throw error;
    }
  }

  /** Notes that it could not be used; what is no trouble of the connection is left. */
  failed(connection: string, error: unknown): void {
    if (isTrouble(error)) this.note(connection, error);
  }

  private note(connection: string, trouble: ConnectorError | null): void {
    const state = trouble?.code ?? 'works';
    const last = this.told.get(connection);
    const now = performance.now();
    if (last && last.state === state && now - last.at < everyMs) return;
    this.told.set(connection, { state, at: now });
    // One after the other: what was seen later is what stands there.
    this.writing = this.writing.then(() => (trouble === null ? this.works(connection) : this.fails(connection, trouble)));
    this.writing = this.writing.catch((error: unknown) => {
      // The next call tries again.
      this.told.delete(connection);
      this.log.warn('how a connection is could not be written down', { connection, error });
    });
  }

  private async works(connection: string): Promise<void> {
    await this.sql.query(
      `UPDATE connection_state SET trouble = NULL, trouble_message = NULL, trouble_since = NULL, trouble_at = NULL WHERE connection = $1 AND trouble IS NOT NULL`,
      [connection],
    );
  }

  private async fails(connection: string, { code, message }: ConnectorError): Promise<void> {
    await this.sql.query(
      `INSERT INTO connection_state AS c (connection, trouble, trouble_message, trouble_since, trouble_at) VALUES ($1, $2, $3, now(), now())
       ON CONFLICT (connection) DO UPDATE SET trouble = excluded.trouble, trouble_message = excluded.trouble_message,
         trouble_since = coalesce(c.trouble_since, excluded.trouble_since), trouble_at = excluded.trouble_at`,
      [connection, code, secrets.hide(message.replaceAll('\u0000', '\uFFFD')).slice(0, 1_000)],
    );
  }
}

function isTrouble(error: unknown): error is ConnectorError {
  return error instanceof Unauthorized || error instanceof Unavailable || error instanceof Misconfigured || error instanceof BadAnswer;
}
