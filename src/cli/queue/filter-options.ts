import { Option, type Command } from 'commander';
import { duration } from '../../mapping/amounts.js';
import type { EntryFilter } from '../../queue/entry-filter.js';
import { entryStates, type EntryState } from '../../queue/sql/open-counts.js';
import { Refusal } from '../../model/refusal.js';

/** What a person wrote to say which entries are meant. */
export interface FilterOptions {
  readonly pipeline?: string;
  readonly state?: EntryState;
  readonly key?: string;
  readonly fingerprint?: string;
  readonly olderThan?: string;
}

/** Adds the options that narrow down entries, the states to these. */
export function addFilterOptions(command: Command, states: readonly EntryState[] = entryStates): Command {
  return command
    .option('--pipeline <name>', 'of one pipeline')
    .addOption(new Option('--state <state>', 'in one state').choices(states))
    .option('--key <key>', 'of one entity')
    .option('--fingerprint <fingerprint>', 'that failed for one cause, as `queue list --json` tells it')
    .option('--older-than <time>', 'that have waited for longer: 30m, 2h, 1d');
}

export function filterOf({ pipeline, state, key, fingerprint, olderThan }: FilterOptions): EntryFilter {
  return {
    ...(pipeline === undefined ? {} : { pipeline }),
    ...(state === undefined ? {} : { states: [state] }),
    ...(key === undefined ? {} : { key }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(olderThan === undefined ? {} : { olderThanMs: spanOf(olderThan) }),
  };
}

function spanOf(text: string): number {
  const span = duration.safeParse(text);
  if (!span.success) throw new Refusal('wrong', `--older-than takes a span of time such as 30m, 2h or 1d, not "${text}"`);
  return span.data;
}
