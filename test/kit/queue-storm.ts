import { setTimeout as wait } from 'node:timers/promises';
import { diffEntity } from '../../src/mirror/diff.js';
import { readMirror } from '../../src/mirror/sql/read-mirror.js';
import { takeUpDoubt } from '../../src/mirror/sql/take-up-doubt.js';
import type { MappedDocument } from '../../src/model/document.js';
import type { ClaimedEntry, IntendedDocument, SettledDocument, SettledEntry } from '../../src/queue/entry.js';
import { claim } from '../../src/queue/sql/claim.js';
import { enqueue } from '../../src/queue/sql/enqueue.js';
import { releaseFeed, takeFeed } from '../../src/queue/sql/feed-lease.js';
import { intend } from '../../src/queue/sql/intend.js';
import { settle } from '../../src/queue/sql/settle.js';
import { wake } from '../../src/queue/sql/wake.js';
import { watermark } from '../../src/queue/sql/watermark.js';
import type { QueueScene } from './queue-scene.js';

const leaseMs = 120;
const marginMs = 30;
/** How long the storm's shop may go on working on a request that nobody waits for any more. */
const applyLimitMs = 250;

/** mulberry32: the same seed, the same choices. */
export function randomBy(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * A source whose entities are edited all the time (contents come back: A, B, A), a shop that loses answers,
 * refuses, and applies requests late, and workers that die or freeze anywhere, all on real statements.
 * The edits are in the database too, so that one snapshot can tell what the last sync time promises.
 */
export class QueueStorm {
  readonly shop = new Map<string, string>();
  readonly source = new Map<string, { version: number; content: string }>();
  readonly violations: string[] = [];
  readonly happened = { sends: 0, skips: 0, deaths: 0, freezes: 0, lost: 0, renewed: 0, late: 0, overtaken: 0 };
  private readonly held = new Map<string, { token: number; until: number }>();
  private readonly lateWrites: Promise<void>[] = [];
  private readonly feed: string;
  private edits = 0;
  /** Every version of every entity, from the moment the source has it: a little before a listing shows it. */
  private readonly history = new Map<string, { version: number; content: string }[]>();
  faults = true;

  constructor(
    private readonly scene: QueueScene,
    private readonly random: () => number,
  ) {
    this.feed = `storm of ${scene.pipeline}`;
  }

  private chance(probability: number): boolean {
    return this.faults && this.random() < probability;
  }

  async edit(): Promise<void> {
    const key = `k${Math.floor(this.random() * 12)}`;
    const version = (this.source.get(key)?.version ?? 0) + 1;
    const content = 'ABC'[Math.floor(this.random() * 3)] ?? 'A';
    this.edits += 1;
    // The source commits before anybody can list the edit.
    this.source.set(key, { version, content });
    this.history.set(key, [...(this.history.get(key) ?? []), { version, content }]);
    await this.scene.sql.query('INSERT INTO storm_edit (pipeline, seq, key, version, content) VALUES ($1, $2, $3, $4, $5)', [
      this.scene.pipeline,
      this.edits,
      key,
      version,
      content,
    ]);
  }

  /** Reads a page of the change feed, as one of several readers that get in each other's way. */
  async readFeed(): Promise<void> {
    const { sql, pipeline } = this.scene;
    const taken = await takeFeed(sql, this.feed, 'reader', leaseMs);
    if (!taken) return;
    const after = Number(taken.cursor ?? 0);
    const rows = await sql.query<{ seq: number; key: string; version: number }>(
      'SELECT seq, key, version FROM storm_edit WHERE pipeline = $1 AND seq > $2 - 3 ORDER BY seq LIMIT 8',
      [pipeline, after],
    );
    if (this.chance(0.1)) await wait(leaseMs * 1.5);
    const seq = Math.max(after, rows.at(-1)?.seq ?? 0);
    await enqueue(sql, {
      cause: 'delta',
      entries: rows.map((row) => this.scene.change(row.key, row.version)),
      hold: taken.position ?? 0,
      pass: null,
      run: null,
      move: { feed: this.feed, expectedMoves: taken.moves, leaseToken: taken.leaseToken, cursor: seq, position: seq, underWay: false },
    });
    if (!this.chance(0.1)) await releaseFeed(sql, this.feed, taken.leaseToken);
  }

  /** Lists everything, as a full pass beside the deltas. */
  async readAll(): Promise<void> {
    const entries = [...this.source].map(([key, { version }]) => this.scene.change(key, version));
    await this.scene.enqueue('full', entries, { pass: this.edits });
  }

  /** Claims a batch and takes it as far as luck lets it. */
  async work(): Promise<boolean> {
    const { sql, pipeline, connection } = this.scene;
    const before = performance.now();
    const { entries, readNumber } = await claim(sql, {
      pipeline,
      worker: 'w',
      leaseMs,
      limit: 1 + Math.floor(this.random() * 5),
      mapping: 1,
    });
    if (entries.length === 0) return false;
    this.checkOwners(entries, before);
    if (this.chance(0.05)) return this.die();
    const records = new Map(entries.map((entry) => [entry.key, this.source.get(entry.key)]));
    if (this.chance(0.1)) await this.freeze();
    const rows = await readMirror(sql, { connection, pipeline, entityKeys: entries.map((entry) => entry.key) });
    const plans = entries.map((entry) => {
      const document = this.map(entry.key, records.get(entry.key)?.content ?? '?');
      const [plan] = diffEntity({
        documents: [document],
        rows: rows.filter((row) => row.entityKey === entry.key),
        refDigests: new Map(),
        moved: false,
        force: false,
      });
      return { entry, document, plan };
    });
    const documents = plans.flatMap(({ entry, document, plan }) =>
      plan?.kind === 'send' ? [this.scene.document(entry, readNumber, { hash: document.hash })] : [],
    );
    const results = await intend(sql, { connection, pipeline, mapping: 1, documents }, applyLimitMs);
    const sends = new Map(results.flatMap((result) => (result.kind === 'send' ? [[result.documentKey, result.sendNumber] as const] : [])));
    if (this.chance(0.05)) return this.die();
    if (this.chance(0.1)) await this.freeze();
    const inTime = performance.now() < before + leaseMs - marginMs;
    const answers = documents.flatMap((document) => this.write(document, sends.get(document.documentKey), inTime));
    if (this.chance(0.05)) return this.die();
    if (this.chance(0.1)) await this.freeze();
    const verdicts = plans.map(({ entry, plan, document }): SettledEntry => {
      if (plan?.kind === 'skip') return this.scene.verdict(entry, { kind: 'done' }, { skipped: [plan] });
      const answer = answers.find((one) => one.documentKey === document.key);
      if (!answer) return this.scene.verdict(entry, { kind: 'release' });
      return this.scene.verdict(
        entry,
        answer.result === 'acknowledged' ? { kind: 'done' } : { kind: 'retry', afterMs: this.random() * 20, attempt: true },
      );
    });
    this.happened.skips += plans.filter(({ plan }) => plan?.kind === 'skip').length;
    for (const entry of entries) if (this.held.get(entry.key)?.token === entry.token) this.held.delete(entry.key);
    const result = await settle(sql, { connection, pipeline, mapping: 1, documents: answers, entries: verdicts });
    this.happened.lost += result.lost.length;
    this.happened.renewed += result.renewed.length;
    return true;
  }

  /** One entity is never in two hands at once, as long as the first one's lease certainly lasts (S7). */
  private checkOwners(entries: readonly ClaimedEntry[], before: number): void {
    const now = performance.now();
    for (const { key, token } of entries) {
      const other = this.held.get(key);
      if (other && other.until > now) this.violations.push(`${key} was claimed twice at once`);
      this.held.set(key, { token, until: before + leaseMs });
    }
  }

  private map(entityKey: string, content: string): MappedDocument {
    const fields = { content };
    return {
      key: this.scene.documentKey(entityKey),
      entityKey,
      resource: 'product',
      store: 'all',
      baseKey: null,
      fields,
      references: [],
      text: '',
      hash: content,
    };
  }

  /** What the shop makes of one document, and what it answers: nothing, where the answer was lost. */
  private write(document: IntendedDocument, sendNumber: number | undefined, inTime: boolean): SettledDocument[] {
    if (sendNumber === undefined) return [];
    const answer = (result: SettledDocument['result']): SettledDocument[] => [this.scene.answer(document, sendNumber, { result })];
    if (!inTime) return answer('not-applied');
    this.happened.sends += 1;
    const apply = (): void => void this.shop.set(document.entityKey, document.hash);
    if (this.chance(0.1)) return answer('not-applied');
    if (this.chance(0.05)) {
      this.happened.late += 1;
      this.lateWrites.push(wait(this.random() * (applyLimitMs - 100)).then(apply));
      return answer('unknown');
    }
    apply();
    return answer(this.chance(0.1) ? 'unknown' : 'acknowledged');
  }

  private die(): true {
    this.happened.deaths += 1;
    return true;
  }

  private async freeze(): Promise<void> {
    this.happened.freezes += 1;
    await wait(leaseMs * (0.5 + this.random()));
  }

  /** What nobody else does: wakes entries, takes up doubts, moves the last sync time and holds it to its word (S5). */
  async tend(): Promise<void> {
    const { sql, pipeline, connection } = this.scene;
    // Nothing dies here of having lost its worker too often: a dead letter no longer holds the last sync time, which is looked at below.
    await sql.query('UPDATE queue_entry SET losses_alone = 0 WHERE pipeline = $1 AND losses_alone > 0', [pipeline]);
    await wake(sql);
    const doubtful = await takeUpDoubt(sql, pipeline);
    this.happened.overtaken += doubtful.length;
    await enqueue(sql, {
      cause: 'manual',
      entries: doubtful.map((one) => this.scene.change(one.entityKey, null)),
      hold: null,
      pass: null,
      run: null,
      move: null,
    });
    await watermark(sql, pipeline, this.feed);
    const broken = await sql.query<{ key: string; version: number; last_sync: number; hash: string | null }>(
      `SELECT e.key, e.version, p.last_sync, m.hash FROM pipeline_state p
       JOIN storm_edit e ON e.pipeline = p.pipeline AND e.seq <= p.last_sync
       LEFT JOIN mirror_document m ON m.connection = $2 AND m.pipeline = p.pipeline AND m.entity_key = e.key
       WHERE p.pipeline = $1 AND NOT EXISTS (SELECT 1 FROM storm_edit l WHERE l.pipeline = e.pipeline AND l.key = e.key AND l.version >= e.version AND l.content = m.hash)`,
      [pipeline, connection],
    );
    // A worker may have delivered an edit that no listing shows yet.
    const delivered = (row: (typeof broken)[number]): boolean =>
      this.history.get(row.key)?.some(({ version, content }) => version >= row.version && content === row.hash) ?? false;
    for (const row of broken.filter((one) => !delivered(one)))
      this.violations.push(`complete to ${row.last_sync}, yet ${row.key} version ${row.version} is not delivered (${row.hash})`);
  }

  /** Whether anything is still to be done. */
  async isAtRest(): Promise<boolean> {
    await Promise.all(this.lateWrites);
    const { sql, pipeline } = this.scene;
    const [row] = await sql.query<{ busy: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM queue_entry WHERE pipeline = $1)
           OR EXISTS (SELECT 1 FROM mirror_document m WHERE pipeline = $1 AND (verify_at IS NOT NULL OR in_doubt)
                      AND NOT EXISTS (SELECT 1 FROM queue_entry e WHERE e.pipeline = $1 AND e.entity_key = m.entity_key))
           OR coalesce((SELECT cursor::text::bigint FROM feed_cursor WHERE feed = $2), 0) < $3 AS busy`,
      [pipeline, this.feed, this.edits],
    );
    return row?.busy === false;
  }
}
