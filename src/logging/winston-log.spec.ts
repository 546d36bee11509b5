import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ecsMistakes } from '../../test/kit/ecs/index.js';
import { debugSwitches } from './debug-switches.js';
import { inLogContext } from './log-context.js';
import { secrets } from './secrets.js';
import type { Outlet } from './sink.js';
import { winstonLog, type ClosableLog } from './winston-log.js';

let folder: string;
let shown: string;

const screen: Outlet = {
  write: (bytes) => {
    shown += bytes.toString();
    return Promise.resolve(bytes.length);
  },
  close: () => Promise.resolve(),
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pim2shop-log-'));
  shown = '';
});
afterEach(() => {
  debugSwitches.set([]);
  rmSync(folder, { recursive: true });
});

const open = (level: 'info' | 'warn' = 'info', isTerminal = false): ClosableLog =>
  winstonLog({
    level,
    role: 'worker',
    folder: { path: folder, keepDays: 7, maxBytes: 1_000_000 },
    readers: { outlet: screen, isTerminal },
  });

const written = (): string[] => readdirSync(folder).flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').slice(0, -1));
const parsed = () => written().map((line) => JSON.parse(line) as Record<string, unknown>);

describe('a line of the log', () => {
  it('is JSON in Elastic Common Schema, in files and wherever nobody reads along', async () => {
    const log = open();
    const error = Object.assign(new TypeError('gone', { cause: new Error('why') }), { code: 'ECONNRESET' });
    inLogContext({ pipeline: 'products', run: 7 }, () =>
      log.warn('the shop was slow', {
        entry: 'a1',
        connection: 'shop',
        durationMs: 1.5,
        waitMs: 5,
        error,
        reason: 'tired',
        request: 'r-1',
        url: 'https://shop/x',
      }),
    );
    log.info('plain');
    log.error('a text', { error: 'gone', code: 'unavailable', set: { of: ['many', 1] }, nothing: null });
    await log.close();
    expect(written().map(ecsMistakes)).toEqual([[], [], []]);
    expect(shown.split('\n').slice(0, -1).map(ecsMistakes)).toEqual([[], [], []]);
    expect(parsed()[0]).toMatchObject({
      'log.level': 'warn',
      message: 'the shop was slow',
      labels: { pipeline: 'products', run: '7', entry: 'a1', connection: 'shop' },
      'event.duration': 1_500_000,
      'event.reason': 'tired',
      'http.request.id': 'r-1',
      error: { type: 'TypeError', message: 'gone', code: 'ECONNRESET', stack_trace: expect.stringContaining('gone') as string },
      pim2shop: { waitMs: 5 },
    });
    expect(parsed()[2]).toMatchObject({ error: { message: 'gone', code: 'unavailable' }, pim2shop: { set: { of: ['many', 1] } } });
  });

  it('is readable at a terminal, and JSON in the file all the same', async () => {
    const log = open('info', true);
    log.warn('the shop was slow', { pipeline: 'products', waitMs: 5 });
    await log.close();
    expect(shown).toMatch(/^\d{4}-\S+Z warn the shop was slow \{"pipeline":"products","waitMs":5\}\n$/);
    expect(written().map(ecsMistakes)).toEqual([[]]);
  });

  it('has no secret, whatever it was told, in the message or beside it', async () => {
    secrets.add('canary-of-the-log');
    const log = open();
    log.error('said canary-of-the-log', {
      error: new Error('canary-of-the-log'),
      header: { authorization: 'x-unknown-x' },
      note: ['Basic ' + Buffer.from('user:canary-of-the-log').toString('base64')],
    });
    await log.close();
    for (const text of [shown, ...written()]) expect(text).not.toMatch(/canary-of|x-unknown-x|Y2FuYXJ5|NhbmFyeS|jYW5hcn/);
    expect(written().map(ecsMistakes)).toEqual([[]]);
  });

  it('is left out below the level, unless debug is switched on for what it is about', async () => {
    const log = open('warn');
    const tell = (): void => {
      log.info('left out', { pipeline: 'other' });
      inLogContext({ pipeline: 'products' }, () => {
        log.debug('of all');
        log.debug('of one', { entry: 'a1' });
        log.debug('of another', { entry: 'b2' });
      });
    };
    tell();
    debugSwitches.set([{ pipeline: 'products', entry: 'a1' }]);
    tell();
    debugSwitches.set([]);
    tell();
    await log.close();
    expect(parsed().map(({ message }) => message)).toEqual(['of all', 'of one']);
  });
});
