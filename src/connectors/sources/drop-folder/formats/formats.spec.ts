import { dropFolderConfig } from '../config.js';
import { BrokenFile, readRecords, type RawRecord } from './index.js';

type Options = Readonly<Record<string, unknown>>;

/** Reads bytes, in pieces of any size. */
async function read(content: string | Buffer, options: Options, piece = 7): Promise<RawRecord[]> {
  const bytes = Buffer.from(content);
  const config = dropFolderConfig.parse({ folder: 'x', entities: { product: { full: '*', key: 'sku' } }, ...options });
  async function* pieces(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += piece) yield await Promise.resolve(bytes.subarray(at, at + piece));
  }
  const found: RawRecord[] = [];
  for await (const record of readRecords(pieces(), config)) found.push(record);
  return found;
}

async function broken(content: string | Buffer, options: Options, piece?: number): Promise<string> {
  const error: unknown = await read(content, options, piece).catch((caught: unknown) => caught);
  if (error instanceof BrokenFile) return error.message;
  throw new Error(`it was read: ${JSON.stringify(error)}`);
}

const csv = { format: 'csv', delimiter: ';' };
const jsonl = { format: 'jsonl' };
const xml = { format: 'xml', record: 'p' };

describe('CSV', () => {
  it.each([1, 2, 3, 1_000])('is read with its columns, quotes and line breaks, in pieces of %i bytes', async (piece) => {
    expect(await read('\ufeffsku;näme\r\n1;"a ""b"";\nc"\r\n\r\n2;🙂\r\n', csv, piece)).toEqual([
      { line: 2, value: { sku: '1', näme: 'a "b";\nc' } },
      expect.objectContaining({ value: { sku: '2', näme: '🙂' } }),
    ]);
  });

  it('takes the names of columns from the configuration where the file has none', async () => {
    expect(await read('1;a\n', { ...csv, columns: ['sku', 'name'] })).toEqual([{ line: 1, value: { sku: '1', name: 'a' } }]);
  });

  it('is read in the encoding it was written in', async () => {
    const content = Buffer.from('sku;name\n1;caf\xe9\n', 'latin1');
    expect(await read(content, { ...csv, encoding: 'windows-1252' })).toMatchObject([{ value: { name: 'café' } }]);
    expect(await broken(content, csv)).toBe('line 2: this is no utf-8');
  });

  it('has columns with any name', async () => {
    const [record] = await read('sku;__proto__;;constructor\n1;a;b;c\n', csv);
    expect(Object.entries(record?.value ?? {})).toEqual([
      ['sku', '1'],
      ['__proto__', 'a'],
      ['constructor', 'c'],
    ]);
  });

  it.each([
    ['a row with a column too few', 'sku;name\n1;a\n2\n3;c\n', 'line 3: 1 columns instead of 2'],
    ['a row with a column too many', 'sku;name\n1;a\n2;b;c\n', 'line 3: 3 columns instead of 2'],
    ['a quote that is not closed', 'sku;name\n1;a\n2;"b\n3;c\n', 'line 3: a quote that is opened here is not closed'],
    ['text after a closing quote', 'sku;name\n1;a\n2;"b"c\n', 'line 3: text after a closing quote'],
    ['two columns of one name', 'sku;name;sku\n', 'line 1: two columns are named "sku"'],
  ])('is broken by %s', async (_, content, message) => {
    expect(await broken(content, csv)).toBe(message);
  });
});

describe('JSON Lines', () => {
  it('are read one by one, whatever they are', async () => {
    expect(await read('{"sku":"\u2028é"}\r\n\n7\n[]', jsonl)).toEqual([
      { line: 1, value: { sku: '\u2028é' } },
      { line: 3, value: 7 },
      { line: 4, value: [] },
    ]);
  });

  it.each([
    ['a line that is no JSON', '{"sku":1}\n{"sku":secret}\n', 'line 2: this is no JSON'],
    ['half a line at its end', '{"sku":1}\n{"sku"', 'line 2: this is no JSON'],
    [
      'half a character at its end',
      Buffer.from('{"sku":1}\n"é', 'utf8').subarray(0, -1),
      'line 2: the file ends in the middle of a character',
    ],
  ])('are broken by %s', async (_, content, message) => {
    expect(await broken(content, jsonl)).toBe(message);
  });

  it('are broken by a line without an end', async () => {
    expect(await broken(`{}\n"${'x'.repeat(9_000_000)}`, jsonl, 65_536)).toContain('line 2: this line is longer');
  });
});

describe('XML', () => {
  it.each([1, 3, 1_000])('is read element by element, in pieces of %i bytes', async (piece) => {
    const content = `<?xml version="1.0"?>\n<c xmlns:g="x">\n<p id="1"><sku>a &amp; <![CDATA[<b>]]></sku><g:price cur="EUR">5</g:price><tag>x</tag><tag>y</tag><tag/></p>\n<q/><p>é</p></c>`;
    expect(await read(content, xml, piece)).toEqual([
      { line: 3, value: { '@id': '1', sku: 'a & <b>', 'g:price': { '@cur': 'EUR', '#text': '5' }, tag: ['x', 'y', ''] } },
      { line: 4, value: { '#text': 'é' } },
    ]);
  });

  it('is read in time where one record has very many elements', async () => {
    const [record] = await read(`<c><p>${'<t/>'.repeat(200_000)}</p></c>`, xml, 65_536);
    expect((record?.value as { t: unknown[] }).t).toHaveLength(200_000);
  });

  it.each([
    ['an element that is not closed', '<c>\n<p><sku>1</p></c>', 'line 2: '],
    ['its end that is missing', '<c>\n<p><sku>1</sku></p>\n', 'line 3: '],
    ['a document type', '<!DOCTYPE c [<!ENTITY e SYSTEM "file:///etc/passwd">]>\n<c><p><sku>&e;</sku></p></c>', 'line 1: a document type'],
    ['an entity that nobody defined', '<c>\n<p><sku>&e;</sku></p></c>', 'line 2: '],
    ['elements deep within each other', `<p>${'<a>'.repeat(100)}${'</a>'.repeat(100)}</p>`, 'line 1: elements within each other'],
  ])('is broken by %s', async (_, content, message) => {
    expect(await broken(content, xml)).toContain(message);
  });
});
