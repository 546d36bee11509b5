/** Who writes to which configurables now: two at a time would each save the list without the other's variants. */
const turns = new Map<number, Promise<void>>();

/** Does work alone with these configurables. Turns are taken for all of them at once, so that nobody waits in a circle. */
export async function alone<Result>(ids: Iterable<number>, work: () => Promise<Result>): Promise<Result> {
  const mine = [...new Set(ids)];
  const before = mine.map((id) => turns.get(id) ?? Promise.resolve());
  let done = (): void => undefined;
  const turn = new Promise<void>((resolve) => (done = resolve));
  for (const id of mine) turns.set(id, turn);
  try {
    await Promise.all(before);
    return await work();
  } finally {
    done();
    for (const id of mine) if (turns.get(id) === turn) turns.delete(id);
  }
}
