import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { Labels } from './catalog.js';

export type Row = Readonly<Record<string, string>>;

/** The rows of one file of an export, by column; none where the file is not there. */
export async function readTable(folder: string, name: string): Promise<Row[]> {
  const path = join(folder, `${name}.csv`);
  if (!existsSync(path)) return [];
  return parse(await readFile(path), { columns: true, delimiter: ';', bom: true, relaxColumnCount: true, skipEmptyLines: true });
}

/** Codes in one cell. */
export function listOf(cell: string | undefined): string[] {
  return (cell ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

export function textOf(cell: string | undefined): string | null {
  return cell === undefined || cell === '' ? null : cell;
}

/** Columns `label-en_US` and so on. */
export function labelsOf(row: Row): Labels {
  return Object.fromEntries(cellsOf(row, 'label-').filter(([, cell]) => cell !== ''));
}

/** Cells of the columns that begin so, by the rest of the column's name. */
export function cellsOf(row: Row, beginning: string): [string, string][] {
  return Object.entries(row).flatMap(([column, cell]) =>
    column.startsWith(beginning) ? [[column.slice(beginning.length), cell] as [string, string]] : [],
  );
}
