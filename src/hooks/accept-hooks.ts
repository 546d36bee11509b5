import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { HookCounts, type UnreadResult } from './hook-counts.js';
import { Room } from './room.js';

/** The largest delivery that is read. */
const maxBytes = 1024 * 1024;
/** All deliveries that are read or written down at one time. */
const maxBytesAtOnce = 32 * maxBytes;

/** What is answered before anything of it was read. */
const unread: Readonly<Record<number, UnreadResult>> = { 413: 'too_large', 415: 'packed', 429: 'too_many' };

/**
 * Has bodies below /hooks handed over as the bytes they came in: signatures are over those. Packed ones are refused, so
 * that none unfolds to more than it announced. Called before the application's own parsers are there.
 */
export function acceptHooks(app: NestExpressApplication): void {
  const room = new Room(maxBytesAtOnce, maxBytes);
  app.use('/hooks', countUnread(app.get(HookCounts)));
  app.use('/hooks', room.admit);
  app.useBodyParser('raw', { type: isHook, limit: maxBytes, inflate: false });
}

function countUnread(counts: HookCounts) {
  return (request: IncomingMessage, response: ServerResponse, next: () => void): void => {
    const named = /^\/([^/?]*)/.exec(request.url ?? '')?.[1] ?? '';
    response.once('finish', () => {
      const result = unread[response.statusCode];
      if (result !== undefined) void counts.note(named, result);
    });
    next();
  };
}

function isHook({ url = '' }: IncomingMessage): boolean {
  return /^\/hooks\//i.test(url);
}
