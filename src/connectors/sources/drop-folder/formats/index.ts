import type { DropFolderConfig } from '../config.js';
import { decode } from './decode.js';
import type { RawRecord } from './raw-record.js';
import { readCsv } from './read-csv.js';
import { readJsonLines } from './read-json-lines.js';
import { readXml } from './read-xml.js';

export { BrokenFile } from './broken-file.js';
export type { RawRecord } from './raw-record.js';

export type Format = Pick<DropFolderConfig, 'format' | 'encoding' | 'delimiter' | 'columns' | 'record'>;

/** What stands in a file, one record after the other; throws `BrokenFile` where it is not what the format says. */
export function readRecords(bytes: AsyncIterable<Buffer>, format: Format): AsyncGenerator<RawRecord> {
  const text = decode(bytes, format.encoding);
  switch (format.format) {
    case 'csv':
      return readCsv(text, { delimiter: format.delimiter, columns: format.columns ?? null });
    case 'jsonl':
      return readJsonLines(text);
    case 'xml':
      return readXml(text, format.record ?? '');
  }
}
