import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Unavailable, type RequestGate } from '../../connectors/contract/index.js';
import type { Sql } from '../../database/sql.js';
import type { Log } from '../../logging/log.js';
import { Lease, readClocks } from '../lease.js';
import { balanceSlots } from './sql/balance-slots.js';

/** So often a process that uses its slots says so, and hears what its share is. */
const roundMs = 1_000;
/** So often one asks that wants more than it has. */
const wantingMs = 250;

export interface GateSettings {
  readonly sql: Sql;
  readonly log: Log;
  readonly connection: string;
  readonly limit: number;
  readonly leaseMs: number;
}

interface Waiting {
  enter(): void;
  leave(reason: Error): void;
}

/**
 * One process's part of what a connection lets be under way over all processes (`limit`). It takes as many slots as it has requests at one time, in
 * one statement; while it has what it uses, a request costs none. Of slots whose lease has certainly not ended only: whoever was frozen begins nothing.
 */
export class ConnectionGate implements RequestGate {
  /** A process may have a connection open more than once. */
  private readonly holder = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  private readonly waiting = new Set<Waiting>();
  private underWay = 0;
  private slots = 0;
  /** Its share; slots beyond that go back as requests end. */
  private target = 0;
  /** Most requests at one time, those that wait among them, since the last statement; and what that said. */
  private peak = 0;
  private told = 0;
  private lease: Lease | undefined;
  private timer: NodeJS.Timeout | undefined;
  private balancing: Promise<void> | undefined;
  private isClosed = false;

  constructor(private readonly settings: GateSettings) {}

  async enter(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.isClosed) throw this.closed();
    if (this.waiting.size > 0 || !this.mayBegin()) await this.turn(signal);
    else this.begin();
    let isOver = false;
    return () => {
      if (!isOver) this.leave();
      isOver = true;
    };
  }

  /** Gives everything back; nothing begins any more. */
  async close(): Promise<void> {
    this.isClosed = true;
    for (const { leave } of this.waiting) leave(this.closed());
    clearTimeout(this.timer);
    await this.balancing;
    if (this.told > 0 || this.slots > 0) await this.balance();
    this.lease?.release();
  }

  private closed(): Unavailable {
    return new Unavailable(`${this.settings.connection}: closed before the request was begun`);
  }

  private mayBegin(): boolean {
    return this.underWay < Math.min(this.slots, this.target) && (this.lease?.remainingMs() ?? 0) > 0;
  }

  private begin(): void {
    this.underWay += 1;
    this.peak = Math.max(this.peak, this.underWay);
  }

  private leave(): void {
    this.underWay -= 1;
    this.admit();
    if (this.hasTooMany()) this.soon();
  }

  private turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const aborted = () => waiting.leave(signal.reason as Error);
      const left = () => {
        signal.removeEventListener('abort', aborted);
        this.waiting.delete(waiting);
      };
      const waiting: Waiting = {
        enter: () => {
          left();
          this.begin();
          resolve();
        },
        leave: (reason) => {
          left();
          reject(reason);
        },
      };
      signal.addEventListener('abort', aborted, { once: true });
      this.waiting.add(waiting);
      this.peak = Math.max(this.peak, this.underWay + this.waiting.size);
      // What was asked for already comes with a round: a request of many that wait costs no statement.
      if (this.peak > this.told) this.soon();
    });
  }

  private admit(): void {
    for (const waiting of this.waiting) {
      if (!this.mayBegin()) return;
      waiting.enter();
    }
  }

  private soon(): void {
    if (this.isClosed || this.balancing) return;
    clearTimeout(this.timer);
    this.balancing = this.balance().finally(() => {
      this.balancing = undefined;
      if (!this.isClosed) this.next();
    });
  }

  /** One that uses nothing has given everything back, and asks no more. */
  private next(): void {
    if (this.told === 0 && this.slots === 0 && this.waiting.size === 0) return;
    if (this.peak > this.told || this.hasTooMany()) return this.soon();
    this.timer = setTimeout(() => this.soon(), Math.min(this.waiting.size > 0 ? wantingMs : roundMs, this.settings.leaseMs / 3));
  }

  /** Others wait for what is beyond its share. */
  private hasTooMany(): boolean {
    return this.slots > this.target && this.slots > this.underWay;
  }

  private async balance(): Promise<void> {
    const { sql, log, connection, limit, leaseMs } = this.settings;
    const before = readClocks();
    const wanted = this.isClosed ? 0 : this.peak;
    const keeps = Math.max(this.underWay, Math.min(this.slots, this.target, wanted));
    // From now on no request may count on what is given back.
    this.slots = keeps;
    this.peak = this.underWay + this.waiting.size;
    this.told = wanted;
    try {
      const granted = await balanceSlots(sql, connection, { holder: this.holder, keeps, wanted, limit, leaseMs });
      this.slots = granted.slots;
      this.target = granted.target;
      this.lease?.release();
      this.lease = new Lease([], leaseMs, before);
      this.admit();
    } catch (error) {
      // Its slots are good until their lease ends.
      log.warn('the slots of a connection could not be renewed', { connection, error: String(error) });
    }
  }
}
