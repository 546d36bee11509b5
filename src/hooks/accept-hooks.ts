import type { IncomingMessage } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Room } from './room.js';

/** The largest delivery that is read. */
const maxBytes = 1024 * 1024;
/** All deliveries that are read or written down at one time. */
const maxBytesAtOnce = 32 * maxBytes;

/**
 * Has bodies below /hooks handed over as the bytes they came in: signatures are over those. Packed ones are refused, so
 * that none unfolds to more than it announced. Called before the application's own parsers are there.
 */
export function acceptHooks(app: NestExpressApplication): void {
  const room = new Room(maxBytesAtOnce, maxBytes);
  app.use('/hooks', room.admit);
  app.useBodyParser('raw', { type: isHook, limit: maxBytes, inflate: false });
}

function isHook({ url = '' }: IncomingMessage): boolean {
  return /^\/hooks\//i.test(url);
}
