import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import type { Log } from '../../logging/log.js';
import { firstClosedFolder, serverAccount, type Account } from './account.js';
import { findBinaries } from './binaries.js';
import { hostIdentity, isAlive, Participants } from './participants.js';
import { sharedBuffers } from './shared-memory.js';
import { withStartLock } from './start-lock.js';

/** The major version the package brings; a folder of another one is refused, never converted. */
const major = '18';
/** What a unix socket's path may measure, with its trailing zero. */
const maxSocketPath = 107;
const socketName = '.s.PGSQL.5432';

export interface EmbeddedServer {
  readonly url: string;
  /** Leaves the server; whoever leaves last stops it. */
  leave(): Promise<void>;
}

/**
 * Starts a private PostgreSQL in `folder`, or joins the one another of our processes started there. It
 * listens on a unix socket in a folder only its account may enter, and survives the death of any of us.
 */
export async function joinEmbeddedServer(folder: string, log: Log): Promise<EmbeddedServer> {
  const account = serverAccount();
  const place = prepareFolder(resolve(folder), account, log);
  const participants = new Participants(join(place.root, 'clients'));
  const lock = join(place.root, 'start.lock');
  await withStartLock(lock, async () => {
    if (!(await answers(place))) {
      refuseForeign(place, participants);
      if (!existsSync(place.cluster)) await initialize(place, account);
      await start(place, account);
    }
    participants.join();
  });
  return {
    url: urlOf(place, 'pim2shop'),
    leave: () =>
      withStartLock(lock, async () => {
        if (participants.leave()) await stop(place);
      }),
  };
}

interface Place {
  readonly root: string;
  readonly cluster: string;
  readonly socket: string;
}

function prepareFolder(folder: string, account: Account | null, log: Log): Place {
  mkdirSync(folder, { recursive: true });
  let root = realpathSync(folder);
  const short = createHash('sha256').update(root).digest('hex').slice(0, 12);
  const closed = account ? firstClosedFolder(dirname(root), account) : null;
  if (account && closed !== null) {
    root = join(tmpdir(), `pim2shop-${short}`);
    log.warn('the private database is kept elsewhere, because the account it runs as may not enter the project', { closed, root });
    mkdirSync(root, { recursive: true });
  }
  const owner = statSync(root).uid;
  if (account === null && process.getuid && owner !== process.getuid()) {
    throw new Error(`${root} belongs to another user (uid ${owner}). Run as that user, or set DATABASE_URL.`);
  }
  if (account) log.info('PostgreSQL does not run as root; the private one runs as another account', { account: account.name });
  own(root, account);
  const socket =
    join(root, 'socket', socketName).length <= maxSocketPath ? join(root, 'socket') : join(tmpdir(), `pim2shop-${short}-socket`);
  mkdirSync(socket, { recursive: true });
  own(socket, account);
  return { root, cluster: join(root, 'cluster'), socket };
}

function own(folder: string, account: Account | null): void {
  if (account) chownSync(folder, account.uid, account.gid);
  chmodSync(folder, 0o700);
}

function refuseForeign(place: Place, participants: Participants): void {
  const host = participants.foreignHost();
  if (host !== null) {
    throw new Error(
      `${place.root} is in use by ${host}, and this is ${hostIdentity()}. Give every machine or container its own folder, or set DATABASE_URL.`,
    );
  }
  if (!existsSync(place.cluster)) return;
  const found = readFileSync(join(place.cluster, 'PG_VERSION'), 'utf8').trim();
  if (found !== major) {
    throw new Error(
      `${place.cluster} was made by PostgreSQL ${found}, and this version brings ${major}. Dump it with ${found}, or start with an empty folder.`,
    );
  }
}

/** Into a folder beside, then renamed: a process that dies in between leaves no half database. */
async function initialize(place: Place, account: Account | null): Promise<void> {
  const fresh = `${place.cluster}.new`;
  rmSync(fresh, { recursive: true, force: true });
  const { initdb } = findBinaries();
  const options = ['-D', fresh, '-U', 'postgres', '-A', 'trust', '--locale=C', '-E', 'UTF8'];
  try {
    await promisify(execFile)(initdb, options, { cwd: place.root, ...(account ? { uid: account.uid, gid: account.gid } : {}) });
  } catch (error) {
    throw new Error(
      `The private PostgreSQL could not be set up in ${place.root}: ${String((error as { stderr?: string }).stderr ?? error).trim()}. Or set DATABASE_URL.`,
      { cause: error },
    );
  }
  renameSync(fresh, place.cluster);
}

async function start(place: Place, account: Account | null): Promise<void> {
  removeDeadPid(place);
  const { postgres } = findBinaries();
  const logFile = join(place.root, 'server.log');
  const out = openSync(logFile, 'a', 0o600);
  const settings = [
    'listen_addresses=',
    `unix_socket_directories=${place.socket}`,
    'max_connections=200',
    `shared_buffers=${sharedBuffers(totalmem(), process.constrainedMemory())}MB`,
    'max_wal_size=2GB',
    'jit=off',
  ];
  // A process group of its own: a Ctrl-C in our terminal does not reach it.
  const child = spawn(postgres, ['-D', place.cluster, ...settings.flatMap((setting) => ['-c', setting])], {
    cwd: place.root,
    detached: true,
    stdio: ['ignore', out, out],
    ...(account ? { uid: account.uid, gid: account.gid } : {}),
  });
  closeSync(out);
  child.unref();
  let ended: string | null = null;
  child.once('error', (error) => (ended = error.message));
  child.once('exit', (code, signal) => (ended = `it ended with ${signal ?? `code ${code}`}`));
  const deadline = Date.now() + 60_000;
  while (!(await answers(place))) {
    if (ended !== null || Date.now() > deadline) {
      throw new Error(
        `The private PostgreSQL did not start: ${ended ?? 'no answer for a minute'}. Its log is ${logFile}. Or set DATABASE_URL.`,
      );
    }
    await new Promise((done) => setTimeout(done, 25));
  }
  child.removeAllListeners();
}

/** A postmaster.pid whose pid now belongs to somebody else keeps PostgreSQL from starting; nothing answered, and we hold the start lock. */
function removeDeadPid(place: Place): void {
  const pid = serverPid(place);
  if (pid === null) return;
  if (!isAlive(pid, null) || !commandOf(pid).includes('postgres')) rmSync(join(place.cluster, 'postmaster.pid'), { force: true });
}

function serverPid(place: Place): number | null {
  const file = join(place.cluster, 'postmaster.pid');
  if (!existsSync(file)) return null;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  return Number.isInteger(pid) && pid > 0 ? pid : null;
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch (error) {
    // No /proc on this platform: trust the pid rather than remove a living server's file.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return existsSync('/proc/self') ? '' : 'postgres';
    throw error;
  }
}

/** Fast shutdown, waited for. */
async function stop(place: Place): Promise<void> {
  const pid = serverPid(place);
  if (pid === null || !(await answers(place))) return;
  process.kill(pid, 'SIGINT');
  const deadline = Date.now() + 30_000;
  while (existsSync(join(place.cluster, 'postmaster.pid')) && Date.now() < deadline) await new Promise((done) => setTimeout(done, 20));
}

/** Alive means: a connection answers, and its data folder is ours. A pid proves nothing. */
async function answers(place: Place): Promise<boolean> {
  if (!existsSync(join(place.socket, socketName))) return false;
  const client = new Client({ connectionString: urlOf(place, 'postgres'), connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
    return rows[0]?.data_directory === place.cluster;
  } catch {
    // Not there yet, starting up, shutting down: all the same as not answering. Why, is in the server's log.
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function urlOf(place: Place, database: string): string {
  return `postgresql://postgres@localhost/${database}?host=${encodeURIComponent(place.socket)}`;
}
