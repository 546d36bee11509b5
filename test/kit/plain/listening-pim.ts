import type { ChangesOptions, ChangesPage } from '../../../src/connectors/contract/index.js';
import type { Change, ChangeKind } from '../../../src/model/change.js';
import type { JsonObject, JsonValue } from '../../../src/model/json.js';
import { PlainPim } from './plain-pim.js';

/** A PIM with a feed that has a sequence of its own, deletions included, and that waits for a change as long as it is told to. */
export class ListeningPim extends PlainPim {
  readonly feed: { readonly sequence: number; readonly key: string; readonly kind: ChangeKind }[] = [];
  /** How long it waits at most, whatever it is told: 0 is a feed that never waits. */
  patienceMs = Infinity;
  private readonly waiting = new Set<() => void>();

  override put(key: string, fields: JsonObject): void {
    const kind = this.rows.has(key) ? 'updated' : 'created';
    super.put(key, fields);
    this.announce(key, kind);
  }

  override remove(key: string): void {
    super.remove(key);
    this.announce(key, 'deleted');
  }

  override async changes(_entity: string, cursor: JsonValue | null, { signal, waitMs = 0 }: ChangesOptions): Promise<ChangesPage> {
    const after = typeof cursor === 'number' ? cursor : this.feed.length;
    if (this.feed.length <= after) await this.something(Math.min(waitMs, this.patienceMs), signal);
    return this.answer('changes', () => {
      const page = this.feed.slice(after, after + this.pageSize);
      const position = after + page.length;
      return {
        changes: page.map(({ sequence, key, kind }): Change => ({
          key,
          kind,
          version: { id: String(sequence), order: sequence, closed: true },
        })),
        cursor: position,
        position,
        done: position >= this.feed.length,
      };
    });
  }

  /** Requests that wait for a change at present. */
  get listeners(): number {
    return this.waiting.size;
  }

  private announce(key: string, kind: ChangeKind): void {
    this.feed.push({ sequence: this.feed.length + 1, key, kind });
    for (const wake of this.waiting) wake();
  }

  private async something(ms: number, signal: AbortSignal): Promise<void> {
    if (ms <= 0) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.waiting.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}
