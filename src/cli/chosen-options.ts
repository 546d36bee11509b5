import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { didYouMean } from '../mapping/did-you-mean.js';
import type { Chosen } from '../sync/chosen.js';
import { Refusal } from '../model/refusal.js';

export interface ChosenOptions {
  readonly keys?: string;
  readonly column?: string;
  readonly filter?: readonly string[];
}

/** What `--keys` or `--filter` choose; null where there is neither. */
export async function chosenBy({ keys, column, filter }: ChosenOptions): Promise<Chosen | null> {
  if (keys !== undefined && filter !== undefined) throw new Refusal('wrong', '--keys and --filter both say which records: leave one out');
  if (column !== undefined && keys === undefined) throw new Refusal('wrong', '--column names a column of the file that --keys names');
  if (keys !== undefined) return { keys: await readKeys(keys, column) };
  return filter === undefined ? null : { filter: conditions(filter) };
}

/** One key a line; or, with a column, a CSV file with a line of headings. */
async function readKeys(file: string, column: string | undefined): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new Refusal('wrong', `--keys ${file} cannot be read: ${(error as { code?: string }).code ?? String(error)}`);
  });
  const found = column === undefined ? text.replace(/^\uFEFF/, '').split(/\r?\n/) : columnOf(file, text, column);
  const keys = [...new Set(found.map((key) => key.trim()).filter((key) => key !== ''))];
  if (keys.length === 0) throw new Refusal('wrong', `${file} has no keys`);
  return keys;
}

function columnOf(file: string, text: string, column: string): string[] {
  const [headings = [], ...rows] = rowsOf(file, text);
  const place = headings.indexOf(column);
  if (place < 0) throw new Refusal('wrong', `${file} has no column ${column}: ${didYouMean(column, headings)}`);
  return rows.map((row) => row[place] ?? '');
}

/** Separated by comma, semicolon or tab, whichever its first line has. */
function rowsOf(file: string, text: string): string[][] {
  const [first = ''] = text.split(/\r?\n/, 1);
  const delimiter = [',', ';', '\t'].find((one) => first.includes(one)) ?? ',';
  try {
    return parse(text, { bom: true, delimiter, relax_column_count: true, skip_empty_lines: true });
  } catch (error) {
    throw new Refusal('wrong', `${file} is no CSV file: ${(error as { message?: string }).message ?? String(error)}`);
  }
}

function conditions(written: readonly string[]): Record<string, string> {
  const found = new Map<string, string>();
  for (const one of written) {
    const [, name, value] = /^([^=]+)=(.+)$/.exec(one) ?? [];
    if (name === undefined || value === undefined) throw new Refusal('wrong', `--filter takes name=value, not "${one}"`);
    if (found.has(name))
      throw new Refusal('wrong', `--filter ${name} is given twice: all filters must hold, so that nothing would be found`);
    found.set(name, value);
  }
  return Object.fromEntries(found);
}
