import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../test/kit/until.js';
import { Sink } from './sink.js';
import { StandardError } from './standard-error.js';

let folder: string;
let pipe: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pim2shop-pipe-'));
  pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('standard error', () => {
  it.each([
    ['waits for its reader', constants.O_RDWR],
    ['says that it would have to wait', constants.O_RDWR | constants.O_NONBLOCK],
  ])('lets the process go on while nobody reads, where it %s; then everything comes, in order', async (_how, flags) => {
    const writing = openSync(pipe, flags);
    const reading = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
    const sink = new Sink(new StandardError(writing), { dropped: (count) => `dropped ${count}` });
    const sent = Array.from({ length: 5_000 }, (_, at) => `line ${at} ${'x'.repeat(80)}`);
    for (const line of sent) sink.take(line);
    // A pipe holds 64 KB: nothing but the writer stands still.
    let turns = 0;
    await until('the process has gone on for a while', () => (turns += 1) > 20);
    let read = '';
    const room = Buffer.alloc(65_536);
    await until('everything was read', () => {
      try {
        read += room.toString('utf8', 0, readSync(reading, room));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      }
      return read.length >= sent.join('\n').length + 1;
    });
    expect(read.split('\n').slice(0, -1)).toEqual(sent);
    await sink.close();
    for (const descriptor of [writing, reading]) closeSync(descriptor);
  });
});
