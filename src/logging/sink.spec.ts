import { until } from '../../test/kit/until.js';
import { Sink, type Outlet } from './sink.js';

/** An outlet that does what it is told: writes, fails, or answers only when it is let go. */
class Outside implements Outlet {
  written = '';
  state: 'open' | 'full' | 'stuck' = 'open';
  tries = 0;
  atOnce = Infinity;
  private going: (() => void) | null = null;

  async write(bytes: Buffer): Promise<number> {
    this.tries += 1;
    if (this.state === 'stuck') await new Promise<void>((resolve) => (this.going = resolve));
    if (this.state === 'full') throw new Error('ENOSPC');
    const taken = bytes.subarray(0, this.atOnce);
    this.written += taken.toString();
    return taken.length;
  }

  letGo(): void {
    this.state = 'open';
    this.going?.();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

const dropped = (count: number): string => `dropped ${count}`;
const lines = (from: number, to: number): string => Array.from({ length: to - from }, (_, at) => `line ${from + at}\n`).join('');
const take = (sink: Sink, from: number, to: number): void => {
  for (let at = from; at < to; at += 1) sink.take(`line ${at}`);
};

describe('a sink of log lines', () => {
  it('writes every line once and in order, however few bytes go at once', async () => {
    const outside = new Outside();
    outside.atOnce = 5;
    const sink = new Sink(outside, { dropped });
    take(sink, 0, 200);
    await sink.close();
    expect(outside.written).toBe(lines(0, 200));
  });

  it('holds no more than it may while the outside is stuck, drops the rest, and says how many once it goes on', async () => {
    const outside = new Outside();
    outside.state = 'stuck';
    const sink = new Sink(outside, { dropped, maxBytes: 70 });
    take(sink, 0, 10);
    await until('the first write is under way', () => outside.tries === 1);
    take(sink, 10, 100);
    const told = sink.droppedLines;
    expect(told).toBeGreaterThan(80);
    outside.letGo();
    await sink.close();
    const kept = outside.written.split('\n').slice(0, -1);
    expect(kept).toContain(`dropped ${told}`);
    expect(kept.filter((line) => line.startsWith('line'))).toHaveLength(100 - told);
    expect(sink.droppedLines).toBe(0);
  });

  it('tries again where the outside fails, and loses nothing that it could hold', async () => {
    const outside = new Outside();
    outside.state = 'full';
    const sink = new Sink(outside, { dropped, retryMs: 1 });
    take(sink, 0, 3);
    await until('it was tried again', () => outside.tries > 3);
    outside.state = 'open';
    take(sink, 3, 6);
    await until('it is written', () => outside.written.includes('line 5'));
    expect(outside.written).toBe(lines(0, 6));
    await sink.close();
  });

  it('keeps nobody from ending: a close waits no longer than it was told to', async () => {
    const outside = new Outside();
    outside.state = 'stuck';
    const sink = new Sink(outside, { dropped });
    sink.take('line');
    const began = performance.now();
    await sink.close(50);
    expect(performance.now() - began).toBeLessThan(5_000);
    const full = new Outside();
    full.state = 'full';
    const other = new Sink(full, { dropped, retryMs: 60_000 });
    other.take('line');
    await until('it has failed', () => full.tries === 1);
    await other.close(60_000);
    expect(full.tries).toBe(2);
  });
});
