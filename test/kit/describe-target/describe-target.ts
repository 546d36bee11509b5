import { readsBack, type Outcome, type TargetItem } from '../../../src/connectors/contract/index.js';
import type { Mishap, TargetHarness } from './harness.js';
import { outcomesOf, targetItem, writeCall } from './target-item.js';

const hostile = ['a/b', 'a b, c', '100%25', 'quote"s\'', 'Grüße', '#?&=+', '<b>', '🙂'];

/** What every target keeps: the battery of the contract, run in the specs beside each connector. */
export function describeTarget(name: string, open: () => Promise<TargetHarness>): void {
  describe(`${name}, as a target`, () => {
    let on: TargetHarness;
    let sends = 0;
    beforeEach(async () => {
      on = await open();
    });
    afterEach(async () => {
      await on.target.close?.();
      await on.close();
      on.verify?.();
    });

    // Every send has a higher number than the one before, as the engine's.
    const write = (...items: readonly TargetItem[]) =>
      outcomesOf(
        on.target,
        items.map((item) => ({ ...item, sendNumber: (sends += 1) })),
        on.call ?? writeCall(),
      );
    const kinds = (outcomes: readonly Outcome[]) => outcomes.map(({ kind }) => kind);

    it('answers exactly one outcome an item, by its key', async () => {
      const items = ['a', 'b', 'c', 'd', 'e'].map((item) => on.item(item, `text of ${item}`));
      const outcomes = await on.target.write(items, on.call ?? writeCall());
      expect(outcomes.map(({ key }) => key).sort()).toEqual(items.map(({ key }) => key).sort());
      expect(kinds(outcomes)).toEqual(Array(5).fill('written'));
      for (const item of ['a', 'b', 'c', 'd', 'e']) expect(on.shown(item)).toBe(`text of ${item}`);
    });

    it('keeps names apart and whole, whatever stands in them', async () => {
      expect(kinds(await write(...hostile.map((item) => on.item(item, `text of ${item}`))))).toEqual(hostile.map(() => 'written'));
      for (const item of hostile) expect([item, on.shown(item)]).toEqual([item, `text of ${item}`]);
      expect(on.count()).toBe(hostile.length);
    });

    it('writes the same batch twice to the same end', async () => {
      const batch = ['a', 'b'].map((item) => on.item(item, 'same'));
      await write(...batch);
      expect(kinds(await write(...batch))).toEqual(['written', 'written']);
      expect([on.count(), on.shown('a'), on.shown('b')]).toEqual([2, 'same', 'same']);
    });

    it('changes what it knows and finds it by its id', async () => {
      const before = on.item('a', 'before');
      const [said] = await write(before);
      expect(kinds(await write(known(on.item('a', 'after'), before, said)))).toEqual(['written']);
      expect([on.count(), on.shown('a')]).toEqual([1, 'after']);
    });

    it('lets two batches run at once', async () => {
      const batches = [1, 2, 3].map((batch) => [1, 2, 3].map((item) => on.item(`${batch}.${item}`, `${batch}`)));
      await Promise.all(batches.map((batch) => write(...batch)));
      expect(on.count()).toBe(9);
      for (const batch of [1, 2, 3]) for (const item of [1, 2, 3]) expect(on.shown(`${batch}.${item}`)).toBe(`${batch}`);
    });

    it('begins nothing once the lease has ended', async () => {
      const outcomes = await outcomesOf(on.target, [on.item('a', 'late')], writeCall({ ...on.call, signal: AbortSignal.abort() }));
      expect(outcomes).not.toMatchObject([{ kind: 'written' }]);
      expect(on.count()).toBe(0);
    });

    it('takes down by each policy, twice without harm, and brings back', async () => {
      for (const operation of on.takesDown) {
        const item = on.item(operation, 'here');
        const [said] = await write(item);
        const takeDown = { ...known(targetItem(item.key, {}), item, said), operation, previous: null, address: item.address };
        for (const again of [1, 2]) expect([again, ...kinds(await write(takeDown))]).toEqual([again, 'written']);
        expect([operation, on.shown(operation)]).toEqual([operation, null]);
        expect(kinds(await write(on.item(operation, 'back')))).toEqual(['written']);
        expect([operation, on.shown(operation)]).toEqual([operation, 'back']);
      }
      expect(on.count()).toBe(on.takesDown.length);
    });

    it('has nothing to do for the take-down of what was never there', async () => {
      const { key, address } = on.item('never', '');
      for (const operation of on.takesDown) {
        expect(kinds(await write({ ...targetItem(key, {}), operation, address }))).toEqual(['written']);
        expect(on.shown('never')).toBeNull();
      }
    });

    it('is healthy while its shop is', async () => {
      expect(await on.target.check(new AbortController().signal)).toMatchObject({ ok: true });
      if (on.unusable === undefined) return;
      expect(await on.unusable.check(new AbortController().signal)).toMatchObject({ ok: false });
      await on.unusable.close?.();
    });

    it('does not let a refused item spoil its neighbours', async () => {
      if (on.refused === undefined) return;
      const outcomes = await write(on.item('a', 'A'), on.refused('bad'), on.item('b', 'B'));
      expect(kinds(outcomes)).toEqual(['written', 'rejected', 'written']);
      expect([on.shown('a'), on.shown('b')]).toEqual(['A', 'B']);
    });

    it('reads back what it wrote, and null where nothing is', async () => {
      if (!readsBack(on.target)) return;
      const item = on.item('a', 'text');
      const [said] = await write(item);
      const document = ({ key, resource, store }: TargetItem, targetId: string | null) => ({ key, resource, store, targetId });
      const none = on.item('none', '');
      const read = await on.target.read([document(item, idOf(said)), document(none, null)], new AbortController().signal);
      expect(read.get(item.key)).toMatchObject(item.fields);
      expect(read.get(none.key)).toBeNull();
    });

    describe.each<Mishap>(['lost-before', 'lost-after', 'half', 'html', 'error-500', 'empty'])('when the line breaks (%s)', (mishap) => {
      it('never says written of what was not answered, and a second sending makes it good', async () => {
        if (on.fail === undefined) return;
        on.fail(mishap);
        const [said] = await write(on.item('a', 'text'));
        expect(['unknown', 'retry']).toContain(said?.kind);
        if (said?.kind === 'retry') expect(on.count()).toBe(0);
        expect(kinds(await write(on.item('a', 'text')))).toEqual(['written']);
        expect([on.count(), on.shown('a')]).toEqual([1, 'text']);
      });
    });
  });
}

/** The item once more, after it was acknowledged. */
function known(item: TargetItem, before: TargetItem, said: Outcome | undefined): TargetItem {
  return { ...item, previous: before.fields, lastKnown: before.fields, targetId: idOf(said) };
}

function idOf(said: Outcome | undefined): string | null {
  return said?.kind === 'written' ? said.targetId : null;
}
