import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import { problem } from './problem/codes.js';
import { isApi } from './problem/problem.filter.js';

export interface RequestBounds {
  /** So long the headers of a request may take to come, milliseconds. */
  readonly headersMs: number;
  /** And so long the whole of it. */
  readonly wholeMs: number;
  /** More connections are not taken at one time. */
  readonly connections: number;
}

const usual: RequestBounds = { headersMs: 10_000, wholeMs: 15_000, connections: 1_000 };

/**
 * Whoever sends a byte a second, or stops in the middle, holds a connection no longer than this. Called before anything else of the
 * application reads a request.
 */
export function boundRequests(app: NestExpressApplication, { headersMs, wholeMs, connections }: RequestBounds = usual): void {
  app.use((request: Request, response: Response, next: NextFunction) => {
    const timer = setTimeout(() => refuseLate(request, response), wholeMs);
    response.once('close', () => clearTimeout(timer));
    next();
  });
  // What has no whole header yet reaches no application. Node takes the longer of its two limits for the body, whichever is meant, and looks
  // every 30 s where it is not told otherwise; its own limit of the body is for a connection whose answer was begun.
  Object.assign(app.getHttpServer(), {
    headersTimeout: headersMs,
    requestTimeout: wholeMs + headersMs,
    connectionsCheckingInterval: headersMs / 5,
    maxConnections: connections,
  });
}

function refuseLate(request: Request, response: Response): void {
  if (request.complete || response.headersSent) return;
  // What still comes would be taken for the next request: the connection ends with the answer.
  response.status(408).setHeader('connection', 'close');
  if (isApi(request)) response.type('application/problem+json').send(JSON.stringify(problem('too_slow', late)));
  else response.end();
}

const late = 'The request did not come whole in time: send it again.';
