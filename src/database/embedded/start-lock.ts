import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isAlive, startTime } from './participants.js';

/** Runs `work` while no other of our processes starts or stops the server of this folder. The lock of a dead process is taken over. */
export async function withStartLock<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  const deadline = Date.now() + 60_000;
  while (!tryLock(path)) {
    if (Date.now() > deadline) throw new Error(`Another process has held ${path} for a minute. If none is running, delete that file.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function tryLock(path: string): boolean {
  try {
    writeFileSync(path, JSON.stringify({ pid: process.pid, started: startTime(process.pid) }), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  if (holderIsDead(path)) rmSync(path, { force: true });
  return false;
}

function holderIsDead(path: string): boolean {
  try {
    const { pid, started } = JSON.parse(readFileSync(path, 'utf8')) as { pid: number; started: string | null };
    return !isAlive(pid, started);
  } catch (error) {
    // Being written or already gone: ask again.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
