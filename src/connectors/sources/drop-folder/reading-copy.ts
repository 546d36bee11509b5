import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { z } from 'zod';
import type { JsonValue } from '../../contract/index.js';
import type { DropRecord } from './read-record.js';

const Line = z.object({
  key: z.string(),
  version: z.string(),
  order: z.number().nullable(),
  deleted: z.boolean(),
  line: z.number(),
  fields: z.record(z.string(), z.custom<JsonValue>()),
});

export interface Place {
  readonly offset: number;
  readonly length: number;
}

/** Writes records one a line; answers where each stands. On the disk once `close` resolves. */
export class CopyWriter {
  private offset = 0;
  private readonly stream;

  constructor(path: string) {
    this.stream = createWriteStream(path, { flags: 'wx', flush: true });
  }

  async add(record: DropRecord): Promise<Place> {
    const bytes = Buffer.from(`${JSON.stringify(record)}\n`);
    const place = { offset: this.offset, length: bytes.length };
    this.offset += bytes.length;
    if (!this.stream.write(bytes)) await once(this.stream, 'drain');
    return place;
  }

  async close(): Promise<void> {
    this.stream.end();
    await finished(this.stream);
  }
}

/** Records of reading copies, where they stand. */
export class CopyReader {
  private constructor(
    private readonly file: FileHandle,
    readonly size: number,
  ) {}

  static async open(path: string): Promise<CopyReader> {
    const file = await open(path, 'r');
    return new CopyReader(file, (await file.stat()).size);
  }

  async at({ offset, length }: Place): Promise<DropRecord> {
    return parsed(await this.bytes(offset, length));
  }

  /** The records from an offset on, with their places, as many as `bytes` hold and one at least; each is parsed when it is asked for. */
  async from(offset: number, bytes: number): Promise<Iterable<{ readonly record: DropRecord; readonly place: Place }>> {
    let block = await this.bytes(offset, Math.min(bytes, this.size - offset));
    while (!block.includes(newline) && offset + block.length < this.size)
      block = await this.bytes(offset, Math.min(block.length * 2, this.size - offset));
    return records(block, offset);
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private async bytes(offset: number, length: number): Promise<Buffer> {
    const block = Buffer.allocUnsafe(length);
    const { bytesRead } = await this.file.read(block, 0, length, offset);
    if (bytesRead !== length) throw new Error('a reading copy ends before its end');
    return block;
  }
}

const newline = 0x0a;

function* records(block: Buffer, offset: number): Generator<{ readonly record: DropRecord; readonly place: Place }> {
  for (let start = 0, end = block.indexOf(newline); end >= 0; start = end + 1, end = block.indexOf(newline, start))
    yield { record: parsed(block.subarray(start, end)), place: { offset: offset + start, length: end + 1 - start } };
}

function parsed(bytes: Buffer): DropRecord {
  return Line.parse(JSON.parse(bytes.toString('utf8')));
}
