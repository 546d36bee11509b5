interface Waiting<Item> {
  readonly item: Item;
  resolve(): void;
  reject(error: unknown): void;
}

export interface GatherOptions<Item> {
  /** Groups that are written at one time. */
  readonly concurrency: number;
  /** Items of a group at most. */
  readonly room: number;
  write(items: readonly Item[]): Promise<void>;
  /** Whether it failed because of what stands in an item: then each is written by itself, so that one cannot stop its neighbours. */
  isOwnFault(error: unknown): boolean;
}

/** Writes what comes at the same time in one go: the first at once, and while it is written the next gather. */
export class Gather<Item> {
  private readonly waiting: Waiting<Item>[] = [];
  private underWay = 0;

  constructor(private readonly options: GatherOptions<Item>) {}

  /** Resolves once it is written. */
  add(item: Item): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.next();
    });
  }

  private next(): void {
    const { concurrency, room } = this.options;
    if (this.underWay >= concurrency || this.waiting.length === 0) return;
    this.underWay += 1;
    void this.write(this.waiting.splice(0, room)).finally(() => {
      this.underWay -= 1;
      this.next();
    });
  }

  private async write(group: readonly Waiting<Item>[]): Promise<void> {
    try {
      await this.options.write(group.map(({ item }) => item));
      for (const { resolve } of group) resolve();
    } catch (error) {
      if (group.length > 1 && this.options.isOwnFault(error)) for (const one of group) await this.write([one]);
      else for (const { reject } of group) reject(error);
    }
  }
}
