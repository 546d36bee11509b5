import type { JsonValue } from '../../../contract/index.js';
import { BrokenFile } from './broken-file.js';
import { longestRecord, type RawRecord } from './raw-record.js';

/** One JSON value a line; empty lines are passed over. */
export async function* readJsonLines(text: AsyncIterable<string>): AsyncGenerator<RawRecord> {
  let line = 0;
  let rest = '';
  for await (const piece of text) {
    // Only what is new is searched: a long line is not gone through again with every piece of it.
    const [first = '', ...lines] = piece.split('\n');
    lines.unshift(rest + first);
    rest = lines.pop() ?? '';
    for (const one of lines) yield* parsed(one, (line += 1));
    if (rest.length > longestRecord) throw new BrokenFile(line + 1, `this line is longer than ${longestRecord} characters`);
  }
  yield* parsed(rest, line + 1);
}

function* parsed(text: string, line: number): Generator<RawRecord> {
  if (text.trim() === '') return;
  yield { line, value: asJson(text, line) };
}

function asJson(text: string, line: number): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    // The parser's own words quote the line, and what stands in it is not for logs.
    throw new BrokenFile(line, 'this is no JSON');
  }
}
