import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { inLogContext } from './log-context.js';

const acceptable = /^[\w.:-]{1,100}$/;

/** Every line that is written for a request has its id: the caller's own (`X-Request-Id`), or a new one. The answer names it, too. */
export function requestContext(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  const told = request.headers['x-request-id'];
  const id = typeof told === 'string' && acceptable.test(told) ? told : randomUUID();
  response.setHeader('x-request-id', id);
  inLogContext({ request: id }, next);
}
