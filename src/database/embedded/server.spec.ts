import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { silentLog } from '../../logging/log.js';
import { joinEmbeddedServer, type EmbeddedServer } from './server.js';

let folder: string;
const left: EmbeddedServer[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pim2shop-embedded-'));
});

afterEach(async () => {
  for (const server of left.splice(0)) await server.leave();
  rmSync(folder, { recursive: true, force: true });
});

async function joinHere(): Promise<EmbeddedServer> {
  const server = await joinEmbeddedServer(folder, silentLog);
  left.push(server);
  return server;
}

async function leave(server: EmbeddedServer): Promise<void> {
  left.splice(left.indexOf(server), 1);
  await server.leave();
}

async function ask(server: EmbeddedServer, text = 'SELECT 1 AS one'): Promise<unknown[]> {
  const url = new URL(server.url);
  url.pathname = '/postgres';
  const client = new Client({ connectionString: url.toString() });
  await client.connect();
  try {
    return (await client.query<object>(text)).rows;
  } finally {
    await client.end();
  }
}

const pidFile = (): string => join(folder, 'cluster', 'postmaster.pid');

describe('the private PostgreSQL', () => {
  it('is started by the first, joined by the second, and stopped by the last to leave', async () => {
    const [first, second] = await Promise.all([joinHere(), joinHere()]);
    expect(await ask(second)).toEqual([{ one: 1 }]);
    await leave(first);
    expect(await ask(second)).toEqual([{ one: 1 }]);
    await leave(second);
    expect(existsSync(pidFile())).toBe(false);
  });

  it('keeps what was committed over a stop and a start', async () => {
    const first = await joinHere();
    await ask(first, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await leave(first);
    expect(await ask(await joinHere(), 'SELECT * FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('outlives a process that is killed, and does not wait for it when the last one leaves', async () => {
    const script = `require(${JSON.stringify(join(__dirname, '../../../dist/src/database/embedded/server.js'))})
      .joinEmbeddedServer(${JSON.stringify(folder)}, { debug() {}, info() {}, warn() {}, error() {} }).then(() => { process.stdout.write('joined'); setInterval(() => {}, 1000); });`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
    const server = await joinHere();
    expect(await ask(server)).toEqual([{ one: 1 }]);
    await leave(server);
    expect(existsSync(pidFile())).toBe(false);
  });

  it('starts again after its server was killed, though the pid in its file belongs to somebody else by now', async () => {
    await joinHere();
    const pid = Number(readFileSync(pidFile(), 'utf8').split('\n')[0]);
    const content = readFileSync(pidFile(), 'utf8');
    process.kill(pid, 'SIGKILL');
    while (isRunning(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
    writeFileSync(pidFile(), content.replace(String(pid), String(process.pid)));
    expect(await ask(await joinHere())).toEqual([{ one: 1 }]);
  });

  it('refuses a folder of another major version, and says what to do', async () => {
    await leave(await joinHere());
    writeFileSync(join(folder, 'cluster', 'PG_VERSION'), '17\n');
    await expect(joinEmbeddedServer(folder, silentLog)).rejects.toThrow(/made by PostgreSQL 17, and this version brings 18/);
  });

  it('refuses a folder that another host used a moment ago', async () => {
    await leave(await joinHere());
    writeFileSync(join(folder, 'clients', 'other'), JSON.stringify({ host: 'elsewhere', pid: 1, started: null }));
    await expect(joinEmbeddedServer(folder, silentLog)).rejects.toThrow(/in use by elsewhere/);
    utimesSync(join(folder, 'clients', 'other'), new Date(0), new Date(0));
    expect(await ask(await joinHere())).toEqual([{ one: 1 }]);
  });

  it('leaves no half database where setting it up was cut short', async () => {
    execFileSync('mkdir', ['-p', join(folder, 'cluster.new', 'base')]);
    expect(await ask(await joinHere())).toEqual([{ one: 1 }]);
    expect(readdirSync(folder)).not.toContain('cluster.new');
  });
});

function isRunning(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
