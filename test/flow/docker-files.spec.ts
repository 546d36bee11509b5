import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { settingsSchema } from '../../src/config/settings.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { repositoryRoot } from '../kit/stand-in/index.js';

interface Service {
  readonly image: string;
  readonly build?: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

const root = repositoryRoot();
const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const compose = parse(read('docker-compose.yml'), { merge: true }) as {
  readonly services: Readonly<Record<'postgres' | 'pim2shop' | 'worker' | 'cli', Service>>;
  readonly volumes: object;
  readonly secrets: Readonly<Record<string, { readonly environment: string }>>;
};
const { postgres, pim2shop, worker, cli } = compose.services;
/** The instructions of the Dockerfile, continued lines joined. */
const instructions = read('Dockerfile')
  .split('\n')
  .filter((line) => !line.startsWith('#'))
  .join('\n')
  .replace(/\\\n/g, ' ')
  .split('\n')
  .filter((line) => line.trim() !== '');
const last = (name: string): string => instructions.filter((line) => line.startsWith(`${name} `)).at(-1) ?? '';
const argumentsOf = (line: string): string[] => JSON.parse(line.slice(line.indexOf('['))) as string[];
const program = (path: string): string => path.replace(/^dist\/(.*)\.js$/, '$1.ts');
const namesIn = (text: string): string[] => [...text.matchAll(/\$\{([A-Z0-9_]+)/g)].map(([, name]) => name ?? '');

describe('docker-compose.yml', () => {
  it('sets nothing but what the program or a mapping reads', () => {
    const mappings = readdirSync(join(root, 'mappings'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'));
    const known = new Set([...Object.keys(settingsSchema.shape), ...mappings.flatMap((name) => namesIn(read(join('mappings', name))))]);
    for (const { environment } of [pim2shop, worker, cli]) expect(Object.keys(environment).filter((name) => !known.has(name))).toEqual([]);
    const wanted = namesIn(read('mappings/akeneo-to-magento/connections.yaml'));
    for (const { environment } of [pim2shop, worker, cli]) expect(wanted.filter((name) => !(name in environment))).toEqual([]);
    expect(existsSync(join(root, pim2shop.environment.PIM2SHOP_MAPPINGS ?? ''))).toBe(true);
    expect(settingsSchema.shape.PIM2SHOP_ROLE.parse(worker.environment.PIM2SHOP_ROLE)).toBe('worker');
  });

  it('takes from .env what .env.example lists, and holds no secret itself', () => {
    const listed = [...read('.env.example').matchAll(/^([A-Z0-9_]+)=/gm)].map(([, name]) => name);
    const mounted = Object.values(compose.secrets).map(({ environment }) => environment);
    expect([...new Set([...namesIn(read('docker-compose.yml')), ...mounted])].sort()).toEqual(listed.sort());
    const secrets = Object.entries({ ...postgres.environment, ...cli.environment }).filter(([name]) => /PASSWORD|SECRET|TOKEN/.test(name));
    for (const [name, value] of secrets) expect([name, value]).toEqual([name, expect.stringMatching(/^\$\{[A-Z0-9_]+:[-?][^}]*\}$/)]);
    expect(pim2shop.environment.DATABASE_URL).toContain(':${POSTGRES_PASSWORD');
  });

  it('publishes on loopback only, and starts the program once the database answers', () => {
    const ports = Object.values(compose.services).flatMap((service) => service.ports ?? []);
    expect(ports).toHaveLength(3);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    expect(postgres.healthcheck?.test).toBeDefined();
    for (const service of [pim2shop, worker, cli]) expect(service.depends_on?.postgres?.condition).toBe('service_healthy');
  });

  it('has a PostgreSQL the program takes, whose data outlives it', () => {
    const [, major] = /^postgres:(\d+)/.exec(postgres.image) ?? [];
    // The image of 18 and later keeps its data below another folder than those before it.
    expect(Number(major)).toBeGreaterThanOrEqual(18);
    expect(postgres.volumes).toEqual(['postgres:/var/lib/postgresql']);
    expect(Object.keys(compose.volumes)).toEqual(expect.arrayContaining(['postgres', 'logs']));
    expect(pim2shop.environment.DATABASE_URL).toMatch(
      new RegExp(`^postgresql://${postgres.environment.POSTGRES_USER}:.*@postgres:5432/${postgres.environment.POSTGRES_DB}$`),
    );
  });

  it('runs commands that exist', () => {
    const [, , , path = ''] = cli.entrypoint ?? [];
    expect(existsSync(join(root, program(path)))).toBe(true);
    const { status, stderr } = spawnSync(process.execPath, [join(root, path), ...(cli.command ?? []), '--help'], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    const shown = /compose run --rm cli (\S+)/.exec(read('docker-compose.yml'))?.[1] ?? '';
    expect(spawnSync(process.execPath, [join(root, path), shown, '--help']).status).toBe(0);
  });
});

describe('Dockerfile', () => {
  it('takes along what there is, and starts what there is', () => {
    const copied = instructions.flatMap((line) => /^COPY --from=build \/app\/(\S+) \.\/(\S*)$/.exec(line)?.slice(1, 3) ?? []);
    expect(copied).toEqual(expect.arrayContaining(['package.json', 'node_modules', 'dist/src', 'prisma/migrations', 'mappings']));
    for (const path of copied.filter((one) => one !== '')) expect([path, existsSync(join(root, path))]).toEqual([path, true]);
    const [node, path = ''] = argumentsOf(last('CMD'));
    expect([node, existsSync(join(root, program(path)))]).toEqual(['node', true]);
  });

  it('runs as nobody in particular, below an init, on a Node the package allows', () => {
    expect(last('USER')).toBe('USER node');
    expect(instructions.indexOf(last('USER'))).toBeGreaterThan(instructions.findLastIndex((line) => line.startsWith('RUN ')));
    expect(argumentsOf(last('ENTRYPOINT'))).toEqual(['tini', '--']);
    const major = /^ARG NODE=(\d+)-/m.exec(read('Dockerfile'))?.[1] ?? '';
    expect((JSON.parse(read('package.json')) as { engines: { node: string } }).engines.node).toMatch(new RegExp(`\\b${major}\\b`));
  });

  it('keeps secrets, history and what is made here out of the image', () => {
    const ignored = read('.dockerignore').split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['.env', '.env.*', '.git', 'node_modules', 'dist', 'data', 'logs']));
  });
});

describe('its health check', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.drop());

  it('says yes while the service runs and no when it does not', async () => {
    const start = argumentsOf(last('CMD')).slice(1);
    const child: ChildProcess = spawn(process.execPath, start, {
      cwd: root,
      env: { ...process.env, DATABASE_URL: test.url, HOST: '0.0.0.0', PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    const line = await new Promise<string>((resolve) => child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString())));
    const port = /:(\d+)/.exec(line)?.[1] ?? '';
    const healthy = (): number | null =>
      spawnSync(
        process.execPath,
        argumentsOf(instructions.find((one) => /^HEALTHCHECK /.test(one))?.replace(/^.*CMD /, '') ?? '').slice(1),
        {
          env: { PORT: port },
        },
      ).status;
    try {
      expect(healthy()).toBe(0);
    } finally {
      child.kill('SIGTERM');
      await ended;
    }
    expect(healthy()).toBe(1);
  });
});
