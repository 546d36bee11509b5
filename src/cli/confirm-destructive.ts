import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { readSettings, type Environment } from '../config/settings.js';
import { Refusal } from '../model/refusal.js';
import { environmentText } from './environment-text.js';

/** What a command that destroys something is told beside its own options. */
export interface DestructiveOptions {
  readonly environment?: string;
}

/** Adds `--environment`. Its action calls `confirmDestructive` before it does anything. */
export function addDestructiveOption(command: Command): Command {
  return command.option(
    '--environment <name>',
    'the installation that is meant: asked for in production, and refused where it is another one',
  );
}

/** Rejects unless whoever asks means this installation: in production he has to write its name. */
export async function confirmDestructive(what: string, { environment: said }: DestructiveOptions): Promise<void> {
  const { environment } = readSettings(process.env);
  const refusal = refusalOf(environment, said, process.stdin.isTTY && process.stderr.isTTY);
  if (refusal === 'ask') await ask(what, environment);
  else if (refusal !== null) throw new Refusal('wrong', refusal);
}

/** Why it is refused, null where it is not, or that a person has to be asked. */
export function refusalOf({ name, production }: Environment, said: string | undefined, atTerminal: boolean): string | 'ask' | null {
  if (said !== undefined) return said === name ? null : `this is ${name}, not ${said}: nothing was done`;
  if (!production) return null;
  return atTerminal ? 'ask' : `this is ${name}: say --environment ${name} where you mean it; nothing was done`;
}

async function ask(what: string, environment: Environment): Promise<void> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  process.stderr.write(`${environmentText(environment, process.stderr)} ${what}. Write the name of this installation to go on: `);
  try {
    for await (const line of lines) {
      if (line.trim() === environment.name) return;
      break;
    }
  } finally {
    lines.close();
  }
  throw new Refusal('wrong', `that is not ${environment.name}: nothing was done`);
}
