import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** How long a sign of life of another host keeps us off a shared folder. */
const freshMs = 30_000;

/**
 * Which of our processes use the private server: one small file each. The last to leave stops the
 * server; a process that was killed leaves its file behind, and is not counted once it is dead.
 */
export class Participants {
  private readonly own: string;
  private beat: NodeJS.Timeout | undefined;
  private static joined = 0;

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
    this.own = join(folder, `${process.pid}-${(Participants.joined += 1)}`);
  }

  join(): void {
    this.sign();
    this.beat = setInterval(() => this.giveSignOfLife(), freshMs / 3);
    this.beat.unref();
  }

  private sign(): void {
    writeFileSync(this.own, JSON.stringify({ host: hostIdentity(), pid: process.pid, started: startTime(process.pid) }));
  }

  /** A file that somebody tidied away is written again; where its folder is gone too, there is no server left to speak for. */
  private giveSignOfLife(): void {
    try {
      if (existsSync(this.own)) utimesSync(this.own, new Date(), new Date());
      else this.sign();
    } catch {
      clearInterval(this.beat);
    }
  }

  /** True if nobody else is left. */
  leave(): boolean {
    clearInterval(this.beat);
    rmSync(this.own, { force: true });
    return this.others().length === 0;
  }

  /** Host that used this folder a moment ago and is not ours: a shared disk, another container. */
  foreignHost(): string | null {
    for (const file of this.files()) {
      if (file.host !== hostIdentity() && Date.now() - file.touched < freshMs) return file.host;
    }
    return null;
  }

  private others(): string[] {
    return this.files()
      .filter((file) => file.path !== this.own && file.host === hostIdentity() && isAlive(file.pid, file.started))
      .map((file) => file.path);
  }

  private files(): { path: string; host: string; pid: number; started: string | null; touched: number }[] {
    return readdirSync(this.folder).flatMap((name) => {
      const path = join(this.folder, name);
      try {
        const { host, pid, started } = JSON.parse(readFileSync(path, 'utf8')) as { host: string; pid: number; started: string | null };
        return [{ path, host, pid, started, touched: statSync(path).mtimeMs }];
      } catch (error) {
        // Gone or half written in this moment: it is counted at the next look.
        if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return [];
        throw error;
      }
    });
  }
}

export function hostIdentity(): string {
  return hostname();
}

/** Alive, and still the same process: pids are recycled. */
export function isAlive(pid: number, started: string | null): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = startTime(pid);
  return started === null || now === null || now === started;
}

/** When a process started, in the kernel's ticks; null where the kernel does not tell. */
export function startTime(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    // No such process any more, or no /proc on this platform.
    return null;
  }
}
