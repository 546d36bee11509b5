import { listen } from './listen.js';

const patience = { forMs: 300, longestWaitMs: 50, betweenMs: 1, signal: new AbortController().signal };
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('listening to a feed', () => {
  it('asks a source that waits again and again until the time is over, never for longer than is left', async () => {
    const asked: number[] = [];
    const began = performance.now();
    await listen(async (waitMs) => {
      asked.push(waitMs);
      await wait(waitMs);
      return 0;
    }, patience);
    expect(performance.now() - began).toBeGreaterThanOrEqual(290);
    expect(asked.length).toBeGreaterThan(2);
    expect(Math.max(...asked)).toBeLessThanOrEqual(50);
  });

  it('asks a source that does not wait once, and goes on at once where something came', async () => {
    const found = [3, 1, 0, 5];
    const asked: number[] = [];
    await listen((waitMs) => Promise.resolve(found[asked.push(waitMs) - 1] ?? 0), patience);
    expect(asked).toHaveLength(3);
  });

  it('ends with the signal', async () => {
    const stop = new AbortController();
    let asked = 0;
    await listen(
      async (waitMs) => {
        await wait(waitMs);
        if ((asked += 1) === 2) stop.abort();
        return 0;
      },
      { ...patience, forMs: 60_000, signal: stop.signal },
    );
    expect(asked).toBe(2);
  });
});
