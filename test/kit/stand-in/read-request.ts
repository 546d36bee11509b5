import type { IncomingMessage } from 'node:http';
import type { Faults } from './faults.js';
import type { StandInRequest } from './message.js';

/** Reads a request whole; null where its body is larger than `maxBytes`. */
export async function readRequest(message: IncomingMessage, maxBytes: number, faults: Faults): Promise<StandInRequest | null> {
  const rawBody = await readBody(message, maxBytes);
  if (rawBody === null) return null;
  const method = message.method ?? 'GET';
  const [path = '/', query = ''] = splitOnce(message.url ?? '/');
  const json = parseJson(message.headers['content-type'] ?? '', rawBody);
  return {
    method,
    path,
    query: new URLSearchParams(query),
    headers: message.headers,
    rawBody,
    ...json,
    faultFor: (item) => faults.takeForItem({ method, path }, item),
  };
}

async function readBody(message: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of message as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes <= maxBytes) parts.push(part);
  }
  return bytes > maxBytes ? null : Buffer.concat(parts);
}

function splitOnce(url: string): readonly string[] {
  const mark = url.indexOf('?');
  return mark < 0 ? [url] : [url.slice(0, mark), url.slice(mark + 1)];
}

function parseJson(contentType: string, raw: Buffer): { readonly body: unknown; readonly invalidJson: boolean } {
  if (raw.length === 0 || !/^application\/json\b/i.test(contentType)) return { body: undefined, invalidJson: false };
  try {
    return { body: JSON.parse(raw.toString('utf8')), invalidJson: false };
  } catch (error) {
    if (error instanceof SyntaxError) return { body: undefined, invalidJson: true };
    throw error;
  }
}
