import { z } from 'zod';
import type {
  Acknowledges,
  ChangesOptions,
  ChangesPage,
  CheckResult,
  ConnectorTools,
  Fetched,
  InstallsTriggers,
  JsonValue,
  KeysPage,
  LinksRecords,
  ReadOptions,
  SeenVersion,
  Source,
  Strategy,
} from '../../contract/index.js';
import { BadAnswer, ConnectorError, Misconfigured } from '../../contract/index.js';
import { acknowledge } from './acknowledge.js';
import type { SqlConfig } from './config.js';
import { describeEntity } from './describe-entity.js';
import type { Entity } from './entity.js';
import { fetchKeys } from './fetch-keys.js';
import { listKeys } from './list-keys.js';
import { openServer } from './open-server.js';
import { readPage } from './read-page.js';
import type { SqlServer } from './server.js';
import { hasVersions, offered, strategies, type StoredCursor } from './strategies/index.js';
import { triggerStatements } from './triggers.js';

const Stored = z.looseObject({ strategy: z.string(), position: z.number().nullable() });
/** How long the columns of a table are believed to be what they were. */
const believedMs = 60_000;

/** One database, read as the entities that somebody configured. */
export class SqlSource implements Source, Acknowledges, InstallsTriggers, LinksRecords {
  readonly #reader: SqlServer;
  readonly #described = new Map<string, { readonly entity: Entity; readonly at: number }>();
  #writer: SqlServer | null = null;
  #closed: Promise<unknown> | null = null;

  constructor(
    private readonly config: SqlConfig,
    private readonly tools: ConnectorTools,
  ) {
    this.#reader = openServer(config, config.url, 'read', tools.connection);
  }

  async check(signal: AbortSignal): Promise<CheckResult> {
    try {
      const columns: string[] = [];
      for (const name of Object.keys(this.config.entities)) {
        const entity = await this.#entity(name, signal);
        const page = { ...this.#page(), size: 1, keyset: { columns: [entity.key], after: null }, where: () => [], options: null };
        await this.#reader.run(signal, (session) => readPage(entity, session, page));
        columns.push(`${name} (${entity.fields.length} columns)`);
      }
      return { ok: true, detail: `can read ${columns.join(', ')}`, ...(await this.#server(signal)) };
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      return { ok: false, problem: error.message, advice: 'Compare url and entities with the database, and what its user may read.' };
    }
  }

  /** What it is, and how far its clock is ahead of ours. */
  async #server(signal: AbortSignal): Promise<{ readonly version: string | null; readonly clockAheadMs: number }> {
    const { dialect } = this.#reader;
    const began = Date.now();
    const { rows } = await this.#reader.run(signal, ({ query }) =>
      query(`SELECT ${dialect.asText(dialect.asEpoch(dialect.clock))}, version()`),
    );
    const between = (began + Date.now()) / 2;
    const [[now, version] = []] = rows;
    const number = /\d+(\.\d+)*/.exec(String(version ?? ''))?.[0];
    return { version: number === undefined ? null : `${dialect.product} ${number}`, clockAheadMs: Math.round(Number(now) - between) };
  }

  async changes(name: string, cursor: JsonValue | null, options: ChangesOptions): Promise<ChangesPage> {
    const entity = await this.#entity(name, options.signal);
    const [best] = offered(entity.config);
    const strategy = options.strategy ?? best;
    if (strategy === undefined) throw new Misconfigured(`${name} has nothing to tell changes by: no changes, version, modified or flag`);
    const stored = cursor === null ? null : Stored.safeParse(cursor);
    if (stored?.success === false) throw new BadAnswer('the read cursor of this feed was not written by this connector');
    const feed = { server: this.#reader, entity, versionOverlap: this.config.versionOverlap, log: this.tools.log, ...this.#page() };
    return this.#held(name, () => strategies[strategy](feed, (stored?.data as StoredCursor | undefined) ?? null, options));
  }

  async keys(name: string, cursor: JsonValue | null, options: ReadOptions & { readonly withRecords: boolean }): Promise<KeysPage> {
    const entity = await this.#entity(name, options.signal);
    return this.#held(name, () => this.#reader.run(options.signal, (session) => listKeys(entity, session, this.#page(), cursor, options)));
  }

  link(entity: string, key: string): string | null {
    return this.config.entities[entity]?.recordUrl?.replaceAll('{key}', encodeURIComponent(key)) ?? null;
  }

  async fetch(name: string, keys: readonly string[], options: ReadOptions): Promise<Fetched> {
    const entity = await this.#entity(name, options.signal);
    const { clock } = this.#page();
    return this.#held(name, () =>
      this.#reader.run(options.signal, (session) => fetchKeys(entity, session, clock, keys, options, this.tools.log)),
    );
  }

  acknowledges(name: string, strategy: Strategy): 'never' | 'before-fetch' | 'after-settlement' {
    const config = this.config.entities[name];
    if (config === undefined || strategy !== 'flag') return 'never';
    return hasVersions(config) ? 'after-settlement' : 'before-fetch';
  }

  async acknowledge(name: string, seen: readonly SeenVersion[], signal: AbortSignal): Promise<void> {
    const entity = await this.#entity(name, signal);
    this.#writer ??= openServer(this.config, this.config.writer ?? this.config.url, 'write', this.tools.connection);
    await this.#writer.run(signal, (session) => acknowledge(entity, session, seen));
  }

  triggers(signal: AbortSignal): Promise<readonly string[]> {
    return triggerStatements(this.config, this.#reader, signal);
  }

  async installTriggers(signal: AbortSignal): Promise<void> {
    const owner = openServer(this.config, this.config.owner ?? this.config.url, 'write', this.tools.connection);
    try {
      await owner.apply(signal, await this.triggers(signal));
    } finally {
      await owner.close();
    }
  }

  async close(): Promise<void> {
    this.#closed ??= Promise.all([this.#reader.close(), this.#writer?.close()]);
    await this.#closed;
  }

  #page(): { readonly clock: string; readonly size: number } {
    return { clock: this.config.clock ?? this.#reader.dialect.clock, size: this.config.pageSize };
  }

  /** The columns are looked at once a minute, and again after anything has failed. */
  async #entity(name: string, signal: AbortSignal): Promise<Entity> {
    const config = this.config.entities[name];
    if (config === undefined) throw new Misconfigured(`${this.tools.connection}: there is no entity "${name}" in its configuration`);
    const known = this.#described.get(name);
    if (known !== undefined && performance.now() - known.at < believedMs) return known.entity;
    const entity = await this.#reader.run(signal, (session) => describeEntity(session, this.#reader.dialect, name, config));
    this.#described.set(name, { entity, at: performance.now() });
    return entity;
  }

  async #held<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      this.#described.delete(name);
      throw error;
    }
  }
}
