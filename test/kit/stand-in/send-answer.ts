import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault, StandInAnswer } from './message.js';

/** Sends an answer whole. */
export function sendAnswer(response: ServerResponse, { status, headers = {}, body }: StandInAnswer): void {
  const bytes = bodyBytes(body);
  response.writeHead(status, { ...contentHeaders(body, bytes), ...headers });
  response.end(bytes);
}

/** Sends half of the body under the full Content-Length, then closes. An empty body loses its answer instead. */
export function sendHalf(response: ServerResponse, { status, headers = {}, body }: StandInAnswer): void {
  const bytes = bodyBytes(body);
  response.writeHead(status, { ...contentHeaders(body, bytes), ...headers });
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.socket?.destroy());
}

/** What a fault of kind `status` or `body` answers; `real` is what the handler said, if it was asked. */
export function faultyAnswer(fault: Fault, real?: StandInAnswer): StandInAnswer {
  return { status: fault.status ?? real?.status ?? 500, headers: fault.headers ?? {}, body: fault.body };
}

export function cut(request: IncomingMessage): void {
  request.socket.destroy();
}

export function reset(request: IncomingMessage): void {
  request.socket.resetAndDestroy();
}

function bodyBytes(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

function contentHeaders(body: unknown, bytes: Buffer): Record<string, string> {
  const length = { 'content-length': String(bytes.length) };
  if (body === undefined || Buffer.isBuffer(body)) return length;
  return { ...length, 'content-type': typeof body === 'string' ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8' };
}
