import { TextDecoder } from 'node:util';
import { BrokenFile } from './broken-file.js';

const newline = 0x0a;

/** Text of the bytes, piece by piece. What is no text of the encoding breaks the file: a silent replacement character would reach the shop. */
export async function* decode(bytes: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<string> {
  const isUtf8 = encoding === 'utf-8';
  // The mark at the beginning is taken off once, below; a decoder would take one off every piece.
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  let lines = 1;
  let rest = Buffer.alloc(0);
  let first = true;
  for await (const chunk of bytes) {
    const block = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const whole = isUtf8 ? wholeCharacters(block) : block.length;
    const text = decoded(decoder, block.subarray(0, whole), lines);
    lines += countLines(block.subarray(0, whole));
    rest = Buffer.from(block.subarray(whole));
    if (text !== '') yield first ? text.replace(/^\ufeff/, '') : text;
    first = first && text === '';
  }
  if (rest.length > 0) throw new BrokenFile(lines, 'the file ends in the middle of a character');
}

function decoded(decoder: TextDecoder, bytes: Buffer, line: number): string {
  const text = tryDecode(decoder, bytes);
  if (text !== null) return text;
  for (let start = 0, at = line; start < bytes.length; at += 1) {
    const end = bytes.indexOf(newline, start);
    const stop = end < 0 ? bytes.length : end + 1;
    if (tryDecode(decoder, bytes.subarray(start, stop)) === null) throw new BrokenFile(at, `this is no ${decoder.encoding}`);
    start = stop;
  }
  throw new BrokenFile(line, `this is no ${decoder.encoding}`);
}

/** The decoder says no more than that it failed. */
function tryDecode(decoder: TextDecoder, bytes: Buffer): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

/** How many bytes, without a character of UTF-8 that is cut off at the end. */
function wholeCharacters(block: Buffer): number {
  for (let back = 1; back <= Math.min(3, block.length); back += 1) {
    const byte = block[block.length - back] ?? 0;
    if ((byte & 0b1100_0000) === 0b1000_0000) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? block.length - back : block.length;
  }
  return block.length;
}

function countLines(block: Buffer): number {
  let count = 0;
  for (let at = block.indexOf(newline); at >= 0; at = block.indexOf(newline, at + 1)) count += 1;
  return count;
}
