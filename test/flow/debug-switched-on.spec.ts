import { debugSwitches } from '../../src/logging/debug-switches.js';
import type { Outlet } from '../../src/logging/sink.js';
import { winstonLog } from '../../src/logging/winston-log.js';
import { DebugService } from '../../src/queue/debug-service.js';
import { listAudit } from '../../src/queue/sql/audit.js';
import { lookAtDebug, watchDebug } from '../../src/sync/debug-watch.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { plainJourney, type PlainJourney } from '../kit/plain/plain-journey.js';
import { until } from '../kit/until.js';

const anna = { kind: 'user', name: 'anna' } as const;
const minute = 60_000;

let test: TestDatabase;
let on: PlainJourney;
let service: DebugService;
let shown = '';

const screen: Outlet = {
  write: (bytes) => {
    shown += bytes.toString();
    return Promise.resolve(bytes.length);
  },
  close: () => Promise.resolve(),
};
const log = winstonLog({ level: 'info', role: 'all', folder: null, readers: { outlet: screen, isTerminal: false } });

beforeAll(async () => {
  test = await createTestDatabase();
  on = await plainJourney(test.database, { log });
  service = new DebugService(test.database);
  on.pim.put('id-1', { sku: 'SKU-1', name: 'one' });
  on.pim.put('id-2', { sku: 'SKU-2', name: 'two' });
  await on.full();
});
afterEach(() => debugSwitches.set([]));
afterAll(async () => {
  await on.project.close();
  await log.close();
  await test.drop();
});

/** Whose debug lines come out when both are edited. */
async function toldOf(): Promise<string[]> {
  shown = '';
  for (const key of ['id-1', 'id-2']) {
    on.pim.clock += 5_000;
    on.pim.edit(key, { name: `edited at ${on.pim.clock}` });
  }
  on.pim.clock += 5_000;
  await on.delta();
  // Written in the order in which it was told.
  log.info('the end');
  await until('everything is written', () => shown.includes('the end'));
  const lines = shown
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as { message: string; labels?: { entry?: string } });
  return [...new Set(lines.filter(({ message }) => /^an entry is/.test(message)).map(({ labels }) => labels?.entry ?? ''))].sort();
}

describe('debug, while everything runs', () => {
  it('tells of one record, of a pipeline, and of nothing more once it is switched off', async () => {
    expect(await toldOf()).toEqual([]);
    await service.on({ pipeline: 'products', entity: 'id-2' }, minute, anna);
    await lookAtDebug(test.database);
    expect(await toldOf()).toEqual(['id-2']);
    await service.on({ pipeline: 'products', entity: null }, minute, anna);
    await lookAtDebug(test.database);
    expect(await toldOf()).toEqual(['id-1', 'id-2']);
    expect(await service.off({ pipeline: 'products', entity: null }, anna)).toBe(2);
    await lookAtDebug(test.database);
    expect(await toldOf()).toEqual([]);
  });

  it('is seen by whoever watches, and ends by itself', async () => {
    const stop = await watchDebug(test.database, 10);
    await service.on({ pipeline: 'products', entity: 'id-1' }, 300, anna);
    await until('it is on', () => debugSwitches.isOn({ pipeline: 'products', entry: 'id-1' }));
    expect(debugSwitches.isOn({ pipeline: 'products', entry: 'id-2' })).toBe(false);
    expect(debugSwitches.isOn({ pipeline: 'others', entry: 'id-1' })).toBe(false);
    await until('it is over', () => debugSwitches.isIdle);
    expect(await service.list()).toEqual([]);
    stop();
  });

  it('names who wants it and until when, and stands in the audit log', async () => {
    const ends = await service.on({ pipeline: 'products', entity: 'id-1' }, minute, anna);
    expect(await service.list()).toEqual([
      { pipeline: 'products', entity: 'id-1', until: ends, by: 'user anna', since: expect.any(Date) as Date },
    ]);
    await service.off({ pipeline: null, entity: null }, anna);
    const rows = (await listAudit(test.database, 2)).map(({ actor, action, target, details }) => ({ actor, action, target, details }));
    expect(rows).toEqual([
      { actor: 'user anna', action: 'debug off', target: 'all pipelines', details: { entity: null, count: 1 } },
      { actor: 'user anna', action: 'debug on', target: 'products', details: { entity: 'id-1', until: expect.any(String) as string } },
    ]);
  });

  it('is not for a pipeline that nobody knows, nor for ever', async () => {
    await expect(service.on({ pipeline: 'product', entity: null }, minute, anna)).rejects.toThrow('did you mean products?');
    await expect(service.on({ pipeline: 'products', entity: null }, 25 * 60 * minute, anna)).rejects.toThrow('a day at most');
  });
});
