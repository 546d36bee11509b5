import { pipeline, Readable } from 'node:stream';
import { parse } from 'csv-parse';
import type { JsonObject } from '../../../contract/index.js';
import { BrokenFile } from './broken-file.js';
import { longestRecord, type RawRecord } from './raw-record.js';

export interface CsvOptions {
  readonly delimiter: string;
  /** Null: the first line names them. */
  readonly columns: readonly string[] | null;
}

/** A row with its place, as csv-parse hands it over. */
interface Row {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** CSV as RFC 4180 has it. A row with more or fewer columns than the others breaks the file: nobody knows what is missing where. */
export async function* readCsv(text: AsyncIterable<string>, { delimiter, columns }: CsvOptions): AsyncGenerator<RawRecord> {
  let last = 0;
  const parser = parse({
    delimiter,
    info: true,
    skip_empty_lines: true,
    max_record_size: longestRecord,
    // Judged below, where the line is known.
    relax_column_count: true,
    // The parser is ahead of who reads from it: where it fails, the line of its last record is not known otherwise.
    on_record: (record: string[], { lines }) => {
      last = lines;
      return record;
    },
  });
  // What goes wrong on the way comes out of the iteration below.
  const rows = pipeline(Readable.from(text), parser, () => undefined) as AsyncIterable<Row>;
  let names = columns === null ? null : checkedNames(columns, 1);
  let line = 1;
  try {
    for await (const { record, info } of rows) {
      const began = line;
      line = info.lines + 1;
      if (names === null) names = checkedNames(record, began);
      else if (record.length !== names.length) throw new BrokenFile(began, `${record.length} columns instead of ${names.length}`);
      else yield { line: began, value: asObject(names, record) };
    }
  } catch (error) {
    throw asBroken(error, last + 1);
  }
}

function checkedNames(names: readonly string[], line: number): readonly string[] {
  const twice = names.find((name, index) => name !== '' && names.indexOf(name) !== index);
  if (twice !== undefined) throw new BrokenFile(line, `two columns are named ${JSON.stringify(twice.slice(0, 100))}`);
  return names;
}

/** Without a prototype: a column named `__proto__` is a column like any other. One without a name is nobody's. */
function asObject(names: readonly string[], row: readonly string[]): JsonObject {
  const record = Object.create(null) as JsonObject;
  for (const [index, name] of names.entries()) if (name !== '') record[name] = row[index] ?? '';
  return record;
}

/** csv-parse names its mistakes by a code; its sentences quote the file. */
const reasons: Readonly<Record<string, string>> = {
  CSV_INVALID_CLOSING_QUOTE: 'text after a closing quote',
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: 'text after a closing quote',
  CSV_QUOTE_NOT_CLOSED: 'a quote that is opened here is not closed',
  INVALID_OPENING_QUOTE: 'a quote in the middle of a column',
  CSV_MAX_RECORD_SIZE: `this record is longer than ${longestRecord} characters`,
};

function asBroken(error: unknown, line: number): unknown {
  const code = error !== null && typeof error === 'object' && 'code' in error ? String(error.code) : '';
  if (!code.startsWith('CSV_') && !(code in reasons)) return error;
  const { lines } = error as { readonly lines?: number };
  // A quote that is not closed is only noticed at the end: it was opened after the last record.
  return new BrokenFile(code === 'CSV_QUOTE_NOT_CLOSED' ? line : (lines ?? line), reasons[code] ?? `this is no CSV (${code})`);
}
