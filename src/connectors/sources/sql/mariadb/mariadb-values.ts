import type { FieldPacket } from 'mysql2/promise';
import type { JsonValue } from '../../../contract/index.js';
import { isoTime, readJson, readWhole } from '../read-value.js';
import type { Column, ColumnKind } from '../server.js';

/** Type numbers of the protocol: https://mariadb.com/kb/en/result-set-packets/#field-types */
const type = { float: 4, timestamp: 7, date: 10, dateTime: 12, bit: 16, json: 245 } as const;
const wholes = new Set([1, 2, 3, 8, 9]);
const decimals = new Set([0, 246]);
const texts = new Set([15, 249, 250, 251, 252, 253, 254]);
/** Flag of a number without sign, and the character set of what is no text. */
const unsigned = 32;
const binary = 63;

interface Field {
  readonly name: string;
  readonly columnType?: number | undefined;
  readonly characterSet?: number | undefined;
  readonly extendedFormat?: string | undefined;
  readonly flags?: number | string[] | undefined;
}

export function columnOf(field: FieldPacket): Column {
  const [kind, cast] = kindOf(field as unknown as Field);
  return { name: field.name, kind, cast };
}

function kindOf({ columnType = -1, characterSet, flags }: Field): readonly [ColumnKind, string | null] {
  if (wholes.has(columnType) || columnType === type.bit) return ['integer', isUnsigned(flags, columnType) ? 'UNSIGNED' : 'SIGNED'];
  if (decimals.has(columnType)) return ['decimal', 'DECIMAL(65,30)'];
  if (columnType === type.timestamp) return ['instant', 'DATETIME(6)'];
  if (columnType === type.dateTime) return ['local', 'DATETIME(6)'];
  if (columnType === type.date) return ['date', 'DATE'];
  // A text column has a character set; without one these are bytes.
  return texts.has(columnType) && characterSet !== binary ? ['text', null] : ['other', null];
}

function isUnsigned(flags: Field['flags'], columnType: number): boolean {
  return columnType === type.bit || (typeof flags === 'number' && (flags & unsigned) !== 0);
}

/** What the driver hands over, as JSON. Exact numbers stay texts. */
export function readValue(value: unknown, field: FieldPacket | undefined): JsonValue {
  if (value === null || value === undefined) return null;
  const { columnType = -1, extendedFormat } = (field ?? {}) as unknown as Field;
  if (Buffer.isBuffer(value)) return columnType === type.bit ? readBits(value) : value.toString('base64');
  if (typeof value === 'number') return columnType === type.float ? shortest(value) : value;
  if (typeof value !== 'string') return value as JsonValue;
  if (wholes.has(columnType)) return readWhole(value);
  if (columnType === type.json || extendedFormat === 'json') return readJson(value);
  if (columnType === type.dateTime) return isoTime(value);
  return columnType === type.timestamp ? isoTime(`${value}+00`) : value;
}

function readBits(bytes: Buffer): number | string {
  return readWhole(BigInt(`0x${bytes.toString('hex')}`).toString());
}

/** A number of single precision as it was written: 1.1, and not the 1.100000023841858 that it is. */
function shortest(value: number): number {
  for (let digits = 6; digits <= 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}
