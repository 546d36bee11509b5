import {
  Unavailable,
  type Acknowledges,
  type ChangesOptions,
  type ChangesPage,
  type SeenVersion,
  type Strategy,
} from '../../../src/connectors/contract/index.js';
import type { Change } from '../../../src/model/change.js';
import type { JsonObject, JsonValue } from '../../../src/model/json.js';
import { PlainPim } from './plain-pim.js';

/** A PIM that marks what was changed, and wants the mark taken off: by the time of the edit, or without a version to compare. */
export class MarkingPim extends PlainPim implements Acknowledges {
  readonly marked = new Set<string>();

  /** Called once marks were taken off, before the answer leaves. */
  onAcknowledged: () => void = () => undefined;
  /** How acknowledgements go wrong: before they are applied, or after, when only the answer is lost. */
  acknowledging: 'well' | 'not' | 'answer-lost' = 'well';

  constructor(readonly versioned: boolean) {
    super();
  }

  override put(key: string, fields: JsonObject): void {
    super.put(key, fields);
    this.marked.add(key);
  }

  /** Each round pages by key through everything marked. */
  override changes(_entity: string, cursor: JsonValue | null, _options: ChangesOptions): Promise<ChangesPage> {
    return this.answer('changes', () => {
      if (cursor === null) return { changes: [], cursor: { after: '', began: null }, position: this.clock, done: true };
      const { after, began } = cursor as { after: string; began: number | null };
      const captured = began ?? this.clock;
      const found = this.sorted().filter(([key]) => this.marked.has(key) && key > after);
      const page = found.slice(0, this.pageSize);
      const done = found.length <= this.pageSize;
      return {
        changes: page.map(([key, row]): Change => ({
          key,
          kind: 'updated',
          version: this.versioned ? this.versionOf(row) : null,
          ...(this.carriesRecords ? { record: this.recordOf(key, row) } : {}),
        })),
        cursor: done ? { after: '', began: null } : { after: page.at(-1)?.[0] ?? after, began: captured },
        position: done ? captured : null,
        done,
      };
    });
  }

  acknowledges(_entity: string, strategy: Strategy): 'never' | 'before-fetch' | 'after-settlement' {
    if (strategy !== 'flag') return 'never';
    return this.versioned ? 'after-settlement' : 'before-fetch';
  }

  /** A version that is given is compared; the time of the edit stays. */
  async acknowledge(_entity: string, seen: readonly SeenVersion[]): Promise<void> {
    await this.answer('acknowledge', () => {
      if (this.acknowledging === 'not') throw new Unavailable('the PIM takes nothing now', 10);
      for (const { key, version } of seen) {
        const row = this.rows.get(key);
        if (row && (version === null || version.id === this.versionOf(row).id)) this.marked.delete(key);
      }
    });
    this.onAcknowledged();
    if (this.acknowledging === 'answer-lost') throw new Unavailable('the answer was lost', 10);
  }
}
