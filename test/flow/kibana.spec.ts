import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { winstonLog } from '../../src/logging/winston-log.js';
import { createTestDatabase } from '../kit/database.js';
import { plainJourney } from '../kit/plain/plain-journey.js';
import { repositoryRoot } from '../kit/stand-in/index.js';

interface SavedObject {
  readonly type: string;
  readonly id: string;
  readonly attributes: {
    readonly title: string;
    readonly timeFieldName?: string;
    readonly columns?: readonly string[];
    readonly sort?: readonly (readonly [string, string])[];
    readonly kibanaSavedObjectMeta?: { readonly searchSourceJSON: string };
  };
  readonly references: readonly { readonly id: string; readonly type: string }[];
}

interface Service {
  readonly image: string;
  readonly profiles?: readonly string[];
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, unknown>>;
}

const read = (path: string): string => readFileSync(join(repositoryRoot(), path), 'utf8');
const objects = read('deploy/kibana/pim2shop.ndjson')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as SavedObject);
const search = (id: string): SavedObject['attributes'] & { readonly query: string } => {
  const found = objects.find((one) => one.id === id);
  if (!found) throw new Error(`there is no ${id}`);
  const source = JSON.parse(found.attributes.kibanaSavedObjectMeta?.searchSourceJSON ?? '{}') as { query: { query: string } };
  return { ...found.attributes, query: source.query.query };
};
const compose = parse(read('docker-compose.yml'), { merge: true }) as { services: Record<string, Service>; volumes: object };
const filebeat = parse(read('deploy/filebeat/filebeat.yml')) as {
  'filebeat.inputs': { paths: string[] }[];
  'output.elasticsearch': { hosts: string[]; index: string };
  'setup.template': { pattern: string };
};

type Line = Readonly<Record<string, unknown>>;
/** Names as Elasticsearch indexes them. */
const flat = (value: Line, above = ''): [string, unknown][] =>
  Object.entries(value).flatMap(([name, one]) =>
    one !== null && typeof one === 'object' && !Array.isArray(one) ? flat(one as Line, `${above}${name}.`) : [[above + name, one]],
  );
let lines: Map<string, unknown>[];
let files: string[];

beforeAll(async () => {
  const [test, folder] = [await createTestDatabase(), mkdtempSync(join(tmpdir(), 'pim2shop-log-'))];
  const readers = { outlet: { write: (bytes: Buffer) => Promise.resolve(bytes.length), close: () => Promise.resolve() }, isTerminal: true };
  const log = winstonLog({ level: 'info', role: 'test', folder: { path: folder, keepDays: 1, maxBytes: 1e8 }, readers });
  const on = await plainJourney(test.database, { log });
  await on.full();
  on.pim.clock += 60_000;
  on.pim.put('id-1', { sku: 'SKU-1', price: 'wrong' });
  await on.delta();
  await on.project.close();
  log.warn('a connection was told of', { pipeline: 'products', connection: 'shop', reason: 'why', error: new Error('what') });
  await log.close();
  files = readdirSync(folder);
  const text = files.map((name) => readFileSync(join(folder, name), 'utf8')).join('');
  lines = text
    .trimEnd()
    .split('\n')
    .map((line) => new Map(flat(JSON.parse(line) as Line)));
  rmSync(folder, { recursive: true });
  await test.drop();
}, 60_000);

it('the search of failed records finds the line of one, and shows nothing but what stands in it', () => {
  const { query, columns = [], sort } = search('pim2shop-failed-records');
  const [, message] = /^message : "(.*)"$/.exec(query) ?? [];
  const line = lines.find((one) => one.get('message') === message);
  expect(columns.length).toBeGreaterThan(4);
  expect(columns.filter((name) => !line?.has(name))).toEqual([]);
  expect(columns).toContain('error.code');
  expect(sort).toEqual([['@timestamp', 'desc']]);
});

it('the search of trouble finds a warning, and shows nothing but what stands in one', () => {
  const { query, columns = [] } = search('pim2shop-trouble');
  const [, field = '', levels = ''] = /^([\w.]+) : \((.*)\)$/.exec(query) ?? [];
  const line = lines.find((one) => levels.includes(`"${String(one.get(field))}"`));
  expect(line?.get('message')).toBe('a connection was told of');
  expect(columns.filter((name) => !line?.has(name))).toEqual([]);
});

it('every search is of the data view, which is of what Filebeat writes, which reads what the log is called', () => {
  const [view] = objects.filter(({ type }) => type === 'index-pattern');
  for (const { type, references } of objects) expect(references.map(({ id }) => id)).toEqual(type === 'search' ? [view?.id] : []);
  expect(new Set(objects.map(({ id }) => id)).size).toBe(objects.length);
  const { index, hosts } = filebeat['output.elasticsearch'];
  expect([view?.attributes.title, filebeat['setup.template'].pattern]).toEqual([`${index}*`, `${index}*`]);
  expect(lines.every((line) => line.has(view?.attributes.timeFieldName ?? ''))).toBe(true);
  expect(hosts.map((host) => new URL(host).hostname in compose.services)).toEqual([true]);
  const [pattern = ''] = filebeat['filebeat.inputs'].flatMap(({ paths }) => paths);
  const [folder, name = ''] = [pattern.slice(0, pattern.lastIndexOf('/')), pattern.slice(pattern.lastIndexOf('/') + 1)];
  expect(compose.services.filebeat?.volumes).toContain(`logs:${folder}:ro`);
  expect(compose.services.pim2shop?.volumes?.some((volume) => volume.startsWith('logs:'))).toBe(true);
  const [begin = '', end = ''] = name.split('*');
  for (const file of files) expect([file, file.startsWith(begin) && file.endsWith(end)]).toEqual([file, true]);
});

it('the profile has passwords from the environment alone, one version, and one door on loopback', () => {
  const services = Object.entries(compose.services).filter(([, { profiles }]) => profiles?.includes('elastic'));
  expect(services.map(([name]) => name).sort()).toEqual(['elastic-setup', 'elasticsearch', 'filebeat', 'kibana', 'kibana-setup']);
  expect(new Set(services.map(([, { image }]) => image.split(':')[1])).size).toBe(1);
  expect(services.flatMap(([, { ports = [] }]) => ports)).toEqual(['127.0.0.1:${KIBANA_PORT:-5601}:5601']);
  for (const [name, { environment = {}, depends_on = {}, volumes = [] }] of services) {
    for (const [variable, value] of Object.entries(environment))
      if (variable.includes('PASSWORD'))
        expect([name, value]).toEqual([name, expect.stringMatching(/^\$\{(ELASTIC|KIBANA)_PASSWORD:-\}$/)]);
    for (const other of Object.keys(depends_on)) expect(services.map(([one]) => one)).toContain(other);
    for (const [from = ''] of volumes.map((volume) => volume.split(':')))
      expect([from, from.startsWith('./') ? existsSync(join(repositoryRoot(), from)) : from === 'logs' || from in compose.volumes]).toEqual(
        [from, true],
      );
  }
});
