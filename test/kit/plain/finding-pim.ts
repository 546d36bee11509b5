import {
  Misconfigured,
  type FindsRecords,
  type KeysPage,
  type ReadOptions,
  type RecordFilter,
} from '../../../src/connectors/contract/index.js';
import type { JsonValue } from '../../../src/model/json.js';
import { PlainPim } from './plain-pim.js';

/** A PIM that finds records by their family and by whether they are enabled. */
export class FindingPim extends PlainPim implements FindsRecords {
  filters(): readonly string[] {
    return ['family', 'enabled'];
  }

  find(_entity: string, filter: RecordFilter, cursor: JsonValue | null, _options: ReadOptions): Promise<KeysPage> {
    return this.answer('find', () => {
      if (filter.enabled !== undefined && !['true', 'false'].includes(filter.enabled))
        throw new Misconfigured(`the filter enabled is true or false, not "${filter.enabled}"`);
      const after = typeof cursor === 'string' ? cursor : '';
      const found = this.sorted().filter(
        ([key, { fields }]) => key > after && Object.entries(filter).every(([name, value]) => String(fields[name] ?? true) === value),
      );
      const page = found.slice(0, this.pageSize);
      const keys = page.map(([key, row]) => ({ key, version: this.versionOf(row), record: this.recordOf(key, row) }));
      return { keys, cursor: page.at(-1)?.[0] ?? after, done: found.length <= this.pageSize };
    });
  }
}
