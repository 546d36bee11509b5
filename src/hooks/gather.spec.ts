import { Gather } from './gather.js';

/** Writes that end when the test says so. */
function desk(concurrency = 1, room = 3) {
  const groups: (readonly string[])[] = [];
  const ends: (() => void)[] = [];
  const gather = new Gather<string>({
    concurrency,
    room,
    isOwnFault: (error) => error === 'broken',
    async write(items) {
      groups.push(items);
      await new Promise<void>((resolve) => ends.push(resolve));
      if (items.includes('away')) throw 'away';
      if (items.includes('broken')) throw 'broken';
    },
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const endAll = async (): Promise<void> => {
    await turn();
    while (ends.length > 0) {
      ends.shift()?.();
      await turn();
    }
  };
  return { gather, groups, endAll };
}

const outcome = (written: Promise<void>): Promise<string> =>
  written.then(
    () => 'written',
    (error: unknown) => String(error),
  );

describe('what comes at the same time', () => {
  it('is written at once where nothing is under way, and gathered otherwise, in its order', async () => {
    const { gather, groups, endAll } = desk();
    const all = Promise.all(['a', 'b', 'c', 'd', 'e'].map((item) => outcome(gather.add(item))));
    await endAll();
    expect(await all).toEqual(Array(5).fill('written'));
    expect(groups).toEqual([['a'], ['b', 'c', 'd'], ['e']]);
  });

  it('is written in as many groups at one time as are allowed', async () => {
    const { gather, groups, endAll } = desk(2);
    const all = Promise.all(['a', 'b', 'c'].map((item) => gather.add(item)));
    expect(groups).toEqual([['a'], ['b']]);
    await endAll();
    await all;
  });

  it('is written one by one where something in it cannot be, which alone is told so', async () => {
    const { gather, groups, endAll } = desk();
    const all = Promise.all(['a', 'b', 'broken', 'd'].map((item) => outcome(gather.add(item))));
    await endAll();
    expect(await all).toEqual(['written', 'written', 'broken', 'written']);
    expect(groups).toEqual([['a'], ['b', 'broken', 'd'], ['b'], ['broken'], ['d']]);
  });

  it('fails together where it is not its own fault, and the next is written', async () => {
    const { gather, endAll } = desk();
    const all = Promise.all(['a', 'b', 'away', 'c', 'd'].map((item) => outcome(gather.add(item))));
    await endAll();
    expect(await all).toEqual(['written', 'away', 'away', 'away', 'written']);
  });
});
