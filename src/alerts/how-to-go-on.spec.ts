import { howToGoOn, type Situation } from './how-to-go-on.js';

const hour = 3_600_000;
const situation = (more: Partial<Situation> = {}): Situation => ({
  failures: 0,
  message: { attempts: 1, ageMs: 0 },
  fallback: 'mail',
  ...more,
});
const later = (afterMs: number | null = null) => ({ kind: 'later', reason: 'r', afterMs }) as const;

describe('a message that did not leave', () => {
  it('is tried again with gaps that grow to ten minutes, and by its stand-in from the third time on', () => {
    const tries = [1, 2, 3, 4, 20].map((attempts) =>
      howToGoOn(later(), situation({ failures: attempts - 1, message: { attempts, ageMs: 0 } })),
    );
    expect(tries.map(({ againMs }) => againMs)).toEqual([5_000, 10_000, 20_000, 40_000, 600_000]);
    expect(tries.map(({ fallback }) => fallback)).toEqual([null, null, 'mail', 'mail', 'mail']);
  });

  it('waits for as long as the channel says, an hour at most, and has a stand-in where that is long', () => {
    expect(howToGoOn(later(90_000), situation())).toMatchObject({ againMs: 90_000, restMs: 90_000, fallback: null });
    expect(howToGoOn(later(10 ** 15), situation())).toMatchObject({ againMs: hour, restMs: hour, fallback: 'mail' });
  });

  it('goes to the stand-in at once where the channel refuses it, and the channel is left alone', () => {
    expect(howToGoOn({ kind: 'refused', reason: 'r' }, situation())).toEqual({
      againMs: 900_000,
      restMs: 900_000,
      channelFailed: true,
      fallback: 'mail',
    });
  });

  it('that nobody can read does the channel no harm', () => {
    expect(howToGoOn({ kind: 'unreadable', reason: 'r' }, situation())).toEqual({
      againMs: null,
      restMs: 0,
      channelFailed: false,
      fallback: 'mail',
    });
  });

  it('is given up on after a day', () => {
    expect(howToGoOn(later(), situation({ message: { attempts: 200, ageMs: 24 * hour } })).againMs).toBeNull();
  });
});
