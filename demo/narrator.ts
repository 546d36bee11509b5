import { Presets, SingleBar } from 'cli-progress';
import type { Progress } from '../src/sync/sync-service.js';

/** Tells a person what is going on, on standard error; standard output is for the result. */
export interface Narrator {
  say(line: string): void;
  /** A progress bar for one pass of one pipeline. */
  pass(pipeline: string, total: number | null): { update(progress: Progress): void; end(): void };
}

export const quiet: Narrator = { say: () => undefined, pass: () => ({ update: () => undefined, end: () => undefined }) };

/** A bar on a terminal, a line for each pass in a pipe. */
export function talkative(): Narrator {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  return { say, pass: (pipeline, total) => (process.stderr.isTTY ? bar(pipeline, total) : line(pipeline, say)) };
}

function bar(pipeline: string, known: number | null): ReturnType<Narrator['pass']> {
  const format = `  ${pipeline.padEnd(24)} {bar} {value}/{total} | {eta_formatted} left`;
  const single = new SingleBar({ format, stream: process.stderr }, Presets.shades_classic);
  single.start(known ?? 1, 0);
  return {
    update: ({ counts, total }) => {
      single.setTotal(Math.max(known ?? total ?? counts.seen, 1));
      single.update(finished(counts));
    },
    end: () => single.stop(),
  };
}

function line(pipeline: string, say: (line: string) => void): ReturnType<Narrator['pass']> {
  let last: Progress | null = null;
  return {
    update: (progress) => (last = progress),
    end: () => say(`  ${pipeline}: ${last ? finished(last.counts) : 0} done`),
  };
}

function finished({ settled, unchanged, removed, dead, absent }: Progress['counts']): number {
  return settled + unchanged + removed + dead + absent;
}
