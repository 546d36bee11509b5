import type { ChangesOptions, ChangesPage, Fetched, KeysPage, ReadOptions } from '../../../src/connectors/contract/index.js';
import type { Pipeline } from '../../../src/mapping/pipeline.js';
import type { JsonValue } from '../../../src/model/json.js';
import type { SourceRecord } from '../../../src/model/record.js';
import { PlainPim } from './plain-pim.js';

/** A PIM whose products show the labels of their categories as their name: an edit of a category changes them, and not their time. */
export class RelatedPim extends PlainPim {
  readonly categories = new PlainPim();
  /** Keys that were fetched, in their order. */
  readonly fetched: string[] = [];
  /** After a fetch was answered and before the answer arrives. */
  afterFetch: () => Promise<void> = () => Promise.resolve();

  constructor() {
    super();
    this.carriesRecords = false;
    this.categories.carriesRecords = false;
  }

  /** Both clocks are one. */
  tick(ms: number): void {
    this.clock += ms;
    this.categories.clock = this.clock;
  }

  override async changes(entity: string, cursor: JsonValue | null, options: ChangesOptions): Promise<ChangesPage> {
    if (entity === 'category') return this.categories.changes(entity, cursor, options);
    const page = await super.changes(entity, cursor, options);
    return { ...page, changes: page.changes.map((one) => (one.record ? { ...one, record: this.shown(one.record) } : one)) };
  }

  override async keys(entity: string, cursor: JsonValue | null, options: ReadOptions & { withRecords: boolean }): Promise<KeysPage> {
    if (entity === 'category') return this.categories.keys(entity, cursor, options);
    const page = await super.keys(entity, cursor, options);
    return { ...page, keys: page.keys.map((one) => (one.record ? { ...one, record: this.shown(one.record) } : one)) };
  }

  override async fetch(entity: string, keys: readonly string[]): Promise<Fetched> {
    if (entity === 'category') return this.categories.fetch(entity, keys);
    this.fetched.push(...keys);
    const answer = await super.fetch(entity, keys);
    const records = answer.records.map((record) => this.shown(record));
    await this.afterFetch();
    return { ...answer, records };
  }

  private shown(record: SourceRecord): SourceRecord {
    const labels = categoriesOf(record).map((key) => this.categories.rows.get(key)?.fields.label ?? null);
    return { ...record, fields: { ...record.fields, name: labels.join(' ') } };
  }
}

export const usesCategories: Pick<Pipeline, 'related' | 'uses'> = {
  related: ['category'],
  uses: (record) => categoriesOf(record).map((key) => ({ entity: 'category', key })),
};

function categoriesOf({ fields: { categories } }: SourceRecord): string[] {
  return Array.isArray(categories) ? categories.map(String) : [];
}
