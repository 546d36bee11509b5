import type { IncomingMessage, ServerResponse } from 'node:http';

/** What a delivery takes beside its body. */
const leastBytes = 4 * 1024;

/**
 * How much may be under way at one time. Who comes when there is no room is told to come again, before anything of it
 * is read: memory stays flat, whoever sends.
 */
export class Room {
  private taken = 0;

  constructor(
    private readonly bytes: number,
    /** What a request counts for that does not say how long it is. */
    private readonly unknownBytes: number,
  ) {}

  readonly admit = (request: IncomingMessage, response: ServerResponse, next: () => void): void => {
    const bytes = this.bytesOf(request);
    if (this.taken + bytes > this.bytes) {
      // What is not read any more cannot be skipped: the connection ends with it.
      response.writeHead(429, { 'retry-after': '1', connection: 'close' }).end();
      return;
    }
    this.taken += bytes;
    response.once('close', () => (this.taken -= bytes));
    next();
  };

  private bytesOf({ headers }: IncomingMessage): number {
    const announced = Number(headers['content-length']);
    return Math.max(leastBytes, Number.isFinite(announced) ? Math.min(announced, this.unknownBytes) : this.unknownBytes);
  }
}
