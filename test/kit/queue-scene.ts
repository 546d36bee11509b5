import type { Database } from '../../src/database/database.js';
import type { JsonObject } from '../../src/model/json.js';
import type {
  Cause,
  ClaimedEntry,
  Enqueued,
  EnqueueRequest,
  IntendedDocument,
  IntentResult,
  NewEntry,
  SettledDocument,
  SettledEntry,
  SettleResult,
} from '../../src/queue/entry.js';
import { claim } from '../../src/queue/sql/claim.js';
import { enqueue } from '../../src/queue/sql/enqueue.js';
import { intend } from '../../src/queue/sql/intend.js';
import { settle } from '../../src/queue/sql/settle.js';

/** A row as the database has it. */
export type Raw = Readonly<Record<string, string | number | boolean | Date | null | string[] | JsonObject>>;

export interface Batch {
  readonly readNumber: number;
  readonly entries: readonly ClaimedEntry[];
}

let scenes = 0;

/**
 * A pipeline and a connection of its own, for tests of the queue's statements: short words for what a
 * worker does, with every default filled in, and raw rows to look at.
 */
export class QueueScene {
  readonly leaseMs = 30_000;
  mapping = 1;

  private constructor(
    readonly sql: Database,
    readonly pipeline: string,
    readonly connection: string,
  ) {}

  static async open(sql: Database, connection?: string): Promise<QueueScene> {
    scenes += 1;
    const scene = new QueueScene(sql, `pipeline-${scenes}`, connection ?? `shop-${scenes}`);
    await sql.query('INSERT INTO pipeline_state (pipeline, mapping) VALUES ($1, 1)', [scene.pipeline]);
    return scene;
  }

  change(key: string, version: string | number | null = 1, more: Partial<NewEntry> & { readonly open?: boolean } = {}): NewEntry {
    const { open, ...rest } = more;
    const order = typeof version === 'number' ? version : null;
    return {
      pipeline: this.pipeline,
      key,
      kind: 'updated',
      version: version === null ? null : { id: String(version), order, closed: !open },
      priority: 0,
      changedFields: [],
      ...rest,
    };
  }

  enqueue(cause: Cause, entries: readonly NewEntry[], more: Partial<EnqueueRequest> = {}): Promise<Enqueued> {
    return enqueue(this.sql, { cause, entries, hold: null, pass: null, run: null, move: null, ...more });
  }

  delta(key: string, version: string | number | null = 1, hold = 100): Promise<Enqueued> {
    return this.enqueue('delta', [this.change(key, version)], { hold });
  }

  claim(limit = 100, more: { readonly worker?: string; readonly leaseMs?: number; readonly trial?: number } = {}): Promise<Batch> {
    return claim(this.sql, { pipeline: this.pipeline, worker: 'worker', leaseMs: this.leaseMs, limit, mapping: this.mapping, ...more });
  }

  /** Claims exactly one entry. */
  async claimOne(more: { readonly worker?: string } = {}): Promise<{ readonly entry: ClaimedEntry; readonly readNumber: number }> {
    const { entries, readNumber } = await this.claim(1, more);
    const [entry] = entries;
    if (!entry) throw new Error(`nothing to claim in ${this.pipeline}`);
    return { entry, readNumber };
  }

  documentKey(entityKey: string, store = 'all'): string {
    return `product:${store}:-:${entityKey}`;
  }

  document(entry: ClaimedEntry, readNumber: number, more: Partial<IntendedDocument> = {}): IntendedDocument {
    const store = more.store ?? 'all';
    return {
      entityKey: entry.key,
      revision: entry.revision,
      token: entry.token,
      documentKey: this.documentKey(entry.key, store),
      resource: 'product',
      store,
      state: 'live',
      hash: 'hash',
      address: null,
      takeFrom: null,
      readNumber,
      ...more,
    };
  }

  intend(documents: readonly IntendedDocument[]): Promise<IntentResult[]> {
    return intend(this.sql, { connection: this.connection, pipeline: this.pipeline, mapping: this.mapping, documents });
  }

  /** States one intent that must go, and answers its send number. */
  async send(document: IntendedDocument): Promise<number> {
    const [result] = await this.intend([document]);
    if (result?.kind !== 'send') throw new Error(`the intent said ${JSON.stringify(result)}`);
    return result.sendNumber;
  }

  answer(
    document: Pick<IntendedDocument, 'documentKey' | 'hash' | 'address'>,
    sendNumber: number,
    more: Partial<SettledDocument> = {},
  ): SettledDocument {
    return {
      documentKey: document.documentKey,
      sendNumber,
      result: 'acknowledged',
      hash: document.hash,
      refDigest: null,
      text: JSON.stringify({ content: document.hash }),
      targetId: null,
      named: false,
      address: document.address,
      takenDown: null,
      ...more,
    };
  }

  verdict(
    entry: ClaimedEntry,
    disposition: SettledEntry['disposition'] = { kind: 'done' },
    more: Partial<SettledEntry> = {},
  ): SettledEntry {
    return { key: entry.key, revision: entry.revision, token: entry.token, disposition, error: null, skipped: [], ...more };
  }

  settle(documents: readonly SettledDocument[], entries: readonly SettledEntry[]): Promise<SettleResult> {
    return settle(this.sql, { connection: this.connection, pipeline: this.pipeline, mapping: this.mapping, documents, entries });
  }

  /** Brings an entity into the shop: sighted, claimed, sent, acknowledged. */
  async deliver(key: string, hash: string, more: { readonly address?: string; readonly targetId?: string } = {}): Promise<void> {
    await this.enqueue('manual', [this.change(key, null)]);
    const { entry, readNumber } = await this.claimOne();
    if (entry.key !== key) throw new Error(`${entry.key} stood before ${key}`);
    const document = this.document(entry, readNumber, { hash, address: more.address ?? null });
    const sendNumber = await this.send(document);
    await this.settle([this.answer(document, sendNumber, { targetId: more.targetId ?? null })], [this.verdict(entry)]);
  }

  async entry(key: string): Promise<Raw | undefined> {
    const [row] = await this.sql.query<Raw>('SELECT * FROM queue_entry WHERE pipeline = $1 AND entity_key = $2', [this.pipeline, key]);
    return row;
  }

  async mirror(entityKey: string, store = 'all'): Promise<Raw | undefined> {
    const [row] = await this.sql.query<Raw>('SELECT * FROM mirror_document WHERE connection = $1 AND document_key = $2', [
      this.connection,
      this.documentKey(entityKey, store),
    ]);
    return row;
  }

  async address(address: string): Promise<Raw | undefined> {
    const [row] = await this.sql.query<Raw>('SELECT * FROM address WHERE connection = $1 AND address = $2', [this.connection, address]);
    return row;
  }

  async targetId(entityKey: string): Promise<string | undefined> {
    const [row] = await this.sql.query<{ target_id: string }>(
      'SELECT target_id FROM identity WHERE connection = $1 AND pipeline = $2 AND entity_key = $3',
      [this.connection, this.pipeline, entityKey],
    );
    return row?.target_id;
  }

  /** Lets time pass for a row: leases run out, waiting entries fall due. */
  async elapse(key: string): Promise<void> {
    await this.sql.query(
      `UPDATE queue_entry SET leased_until = leased_until - interval '1 h', due_at = due_at - interval '1 h' WHERE pipeline = $1 AND entity_key = $2`,
      [this.pipeline, key],
    );
  }
}
