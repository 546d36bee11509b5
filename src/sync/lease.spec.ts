import { Lease, readClocks } from './lease.js';

describe('a lease', () => {
  it('ends before the database’s does, counted from before the statement that granted it', () => {
    const before = readClocks();
    const lease = new Lease([1], 10_000, { monotonic: before.monotonic - 3_000, wall: before.wall - 3_000 });
    expect(lease.remainingMs()).toBeLessThanOrEqual(5_000);
    expect(lease.remainingMs()).toBeGreaterThan(4_500);
    lease.release();
  });

  it('is over as soon as it is asked after the deadline, though no timer has run: a process that was stopped begins nothing', () => {
    const before = readClocks();
    const slept = new Lease([1], 10_000, { monotonic: before.monotonic - 20_000, wall: before.wall - 20_000 });
    expect(slept.signal.aborted).toBe(true);
    slept.release();
  });

  it('is over also when only the wall clock says so: a machine that was suspended', () => {
    const before = readClocks();
    const suspended = new Lease([1], 10_000, { monotonic: before.monotonic, wall: before.wall - 20_000 });
    expect(suspended.signal.aborted).toBe(true);
    suspended.release();
  });

  it('goes on when it is renewed, and not after it has ended', () => {
    const before = readClocks();
    const lease = new Lease([1], 10_000, { monotonic: before.monotonic - 7_000, wall: before.wall - 7_000 });
    lease.renewed(readClocks());
    expect(lease.remainingMs()).toBeGreaterThan(7_000);
    lease.expire();
    lease.renewed(readClocks());
    expect(lease.signal.aborted).toBe(true);
  });

  it('aborts what is in flight when its time has come', async () => {
    const lease = new Lease([1], 100, readClocks());
    await new Promise<void>((resolve) => lease.signal.addEventListener('abort', () => resolve()));
    expect(lease.remainingMs()).toBeLessThanOrEqual(0);
  });
});
