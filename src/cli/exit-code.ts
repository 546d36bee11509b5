import { CommanderError } from 'commander';
import { Refusal } from '../model/refusal.js';

/** What a script can tell a command by: its exit codes, which docs/operations.md lists. */
export const exitCodes = { done: 0, failed: 1, wrongUse: 2, held: 3 } as const;

/** Of a command that ended with this. Whoever asked for what cannot be, or for what there is not, has to ask for something else. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.wrongUse;
  if (error instanceof Refusal) return error.kind === 'conflict' ? exitCodes.failed : exitCodes.wrongUse;
  return exitCodes.failed;
}
