import { Bell } from './bell.js';

const { signal } = new AbortController();
/** Longer than any test takes: who waits for it was not called. */
const never = 60_000;

describe('the bell of a worker', () => {
  it('calls everybody who listens', async () => {
    const bell = new Bell();
    const heard = Promise.all([bell.heard(never, signal), bell.heard(never, signal)]);
    bell.ring();
    await heard;
  });

  it('is kept for who listens next, and once', async () => {
    const bell = new Bell();
    bell.ring();
    await bell.heard(never, signal);
    const started = performance.now();
    await bell.heard(30, signal);
    expect(performance.now() - started).toBeGreaterThan(25);
  });

  it('does not keep anybody who is told to stop', async () => {
    const stop = new AbortController();
    const bell = new Bell();
    const heard = bell.heard(never, stop.signal);
    stop.abort();
    await heard;
    await bell.heard(never, stop.signal);
  });
});
