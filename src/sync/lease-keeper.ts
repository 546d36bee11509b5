import { renew } from '../queue/sql/renew.js';
import type { Sql } from '../database/sql.js';
import type { Log } from '../logging/log.js';
import { readClocks, type Lease } from './lease.js';

/** Renews the leases of all batches in flight, in one statement, three times a lease. */
export class LeaseKeeper {
  private readonly leases = new Set<Lease>();
  private timer: NodeJS.Timeout | undefined;
  private renewing: Promise<void> = Promise.resolve();

  constructor(
    private readonly sql: Sql,
    private readonly leaseMs: number,
    private readonly log: Log,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      this.renewing = this.renewing.then(() => this.renewAll());
    }, this.leaseMs / 3);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.renewing;
  }

  keep(lease: Lease): void {
    this.leases.add(lease);
  }

  drop(lease: Lease): void {
    this.leases.delete(lease);
    lease.release();
  }

  private async renewAll(): Promise<void> {
    const leases = [...this.leases];
    if (leases.length === 0) return;
    const before = readClocks();
    try {
      const held = new Set(
        await renew(
          this.sql,
          leases.flatMap((lease) => lease.tokens),
          this.leaseMs,
        ),
      );
      for (const lease of leases) if (lease.tokens.some((token) => held.has(token))) lease.renewed(before);
    } catch (error) {
      // Not renewed: the deadlines stand, and abort what is in flight when they pass.
      this.log.warn('leases could not be renewed', { reason: error instanceof Error ? error.message : String(error) });
    }
  }
}
