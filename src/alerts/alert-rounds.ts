import type { Sql } from '../database/sql.js';
import type { Log } from '../logging/log.js';
import type { PipelineFile } from '../mapping/pipeline-file.js';
import type { AlertsConfig, Channel } from './alerts-config.js';
import { deliverMessages } from './deliver-messages.js';
import { writeDueDigests } from './digest/write-due-digests.js';
import { lookForIncidents } from './look-for-incidents.js';
import type { NoticeContext } from './notice/notice-of.js';
import { rules } from './rules/index.js';
import { openSink } from './sinks/open-sink.js';
import type { Sink } from './sinks/sink.js';
import { databaseTime } from './sql/database-time.js';
import { takeRules } from './sql/take-rules.js';
import { escalate, tellOpen, tellOver } from './sql/tell-incidents.js';

export interface AlertRoundsOptions {
  readonly sql: Sql;
  readonly log: Log;
  readonly config: AlertsConfig;
  readonly pipelines: readonly PipelineFile[] | null;
  readonly host: string;
  readonly folders: readonly string[];
  readonly notices: Omit<NoticeContext, 'now'>;
  /** It neither looks at what all share nor sends. */
  readonly onlyThisMachine: boolean;
}

const digestEveryMs = 60_000;

/** The two rounds of a process: looking and telling; sending. A channel that does not answer holds up sending alone, and nothing holds up the sync. */
export class AlertRounds {
  private readonly stopping = new AbortController();
  private readonly sinks = new Map<string, Sink>();
  private looking: Promise<void> | null = null;
  private sending: Promise<void> | null = null;

  constructor(private readonly options: AlertRoundsOptions) {}

  /** Begins whichever is not under way. */
  begin(): void {
    if (this.stopping.signal.aborted) return;
    this.looking ??= this.attempt('alerts could not be looked after', () => this.look()).finally(() => (this.looking = null));
    if (this.options.onlyThisMachine) return;
    this.sending ??= this.attempt('alerts could not be sent', () => this.send()).finally(() => (this.sending = null));
  }

  /** Looks at what is due and writes the messages. */
  async look(): Promise<void> {
    const { sql, config, onlyThisMachine } = this.options;
    const own = onlyThisMachine ? rules.filter(({ perMachine }) => perMachine) : rules;
    await lookForIncidents({ ...this.options, rules: own });
    if (onlyThisMachine) return;
    const kinds = rules.map(({ kind }) => kind).filter((kind) => config.rules[kind]?.on === true);
    await escalate(sql, { ...config, kinds });
    await tellOpen(sql, { ...config, kinds });
    await tellOver(sql);
    if ((await takeRules(sql, [{ rule: 'digest', everyMs: digestEveryMs }])).length > 0)
      await writeDueDigests(sql, config, await databaseTime(sql));
  }

  /** Sends what is due; answers how many messages left. */
  send(): Promise<number> {
    const { sql, log, config, notices } = this.options;
    return deliverMessages({
      ...{ sql, log, config },
      context: () => ({ ...notices, now: new Date() }),
      sinkOf: (channel) => this.sinkOf(channel),
      signal: this.stopping.signal,
    });
  }

  /** Resolves once nothing is under way. What was not sent is sent by the next, or another, process. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all([this.looking, this.sending]);
    for (const sink of this.sinks.values()) sink.close();
  }

  private sinkOf(channel: Channel): Sink {
    const known = this.sinks.get(channel.name) ?? openSink(channel);
    this.sinks.set(channel.name, known);
    return known;
  }

  private async attempt(failure: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.options.log.error(failure, { error });
    }
  }
}
