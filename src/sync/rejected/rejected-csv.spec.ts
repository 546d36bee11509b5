import { parse } from 'csv-parse/sync';
import { called } from './called.js';
import { rejectedCsv } from './rejected-csv.js';

const rejected = {
  ...{ pipeline: 'products', key: 'k', class: 'mapping', code: 'required', field: 'name', message: 'is missing', time: new Date(0) },
  ...{ name: 'SKU-1', family: 'lamps', link: 'https://pim.example/k' },
};

describe('the list of what was rejected, for a spreadsheet', () => {
  it('comes back as it was written, whatever stands in a cell', () => {
    const message = 'a "quote", a comma; and\nanother line';
    const rows: unknown = parse(rejectedCsv([{ ...rejected, message }], true), { columns: true });
    expect(rows).toEqual([
      {
        ...{ pipeline: 'products', sku: 'SKU-1', family: 'lamps', reason: 'required', field: 'name', since: '1970-01-01T00:00:00.000Z' },
        ...{ message: 'a "quote", a comma; and another line', link: 'https://pim.example/k', key: 'k' },
      },
    ]);
  });

  it('holds no formula', () => {
    for (const evil of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1']) {
      const [row] = parse(rejectedCsv([{ ...rejected, name: evil, family: evil, message: evil, key: evil }], false), { columns: false });
      expect(row).toHaveLength(9);
      for (const cell of row ?? []) expect(cell).not.toMatch(/^[=+\-@\t\r＝]/);
    }
  });

  it('has the names of its columns once, and nothing else where nothing was rejected', () => {
    expect(rejectedCsv([], true)).toContain('"pipeline","sku","family","reason","field","message","since","link","key"');
    expect(rejectedCsv([], false)).toBe('');
  });
});

it('calls a record by what its source has for it', () => {
  expect(called({ identifier: 'A', sku: 'B', family: 'lamps' })).toEqual({ name: 'A', family: 'lamps' });
  expect(called({ identifier: null, sku: 7, family: '' })).toEqual({ name: '7', family: null });
  expect(called({})).toEqual({ name: null, family: null });
});
