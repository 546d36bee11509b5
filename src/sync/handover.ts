/**
 * Hands work from one stage to the next with bounded room: the earlier stage waits when the later one
 * is behind, so that the shop, not the program, sets the pace and memory stays flat.
 */
export class Handover<Item> {
  private readonly items: Item[] = [];
  private readonly givers: (() => void)[] = [];
  private readonly takers: (() => void)[] = [];
  private closed = false;

  constructor(private readonly room: number) {}

  /** Resolves once there is room; false if the later stage has gone. */
  async give(item: Item): Promise<boolean> {
    while (this.items.length >= this.room && !this.closed) await new Promise<void>((resolve) => this.givers.push(resolve));
    if (this.closed) return false;
    this.items.push(item);
    this.takers.shift()?.();
    return true;
  }

  /** The next item, or undefined once it is closed and empty. */
  async take(): Promise<Item | undefined> {
    while (this.items.length === 0 && !this.closed) await new Promise<void>((resolve) => this.takers.push(resolve));
    const item = this.items.shift();
    this.givers.shift()?.();
    return item;
  }

  /** No more comes. What is inside is still handed out. */
  close(): void {
    this.closed = true;
    for (const wake of [...this.givers.splice(0), ...this.takers.splice(0)]) wake();
  }
}
