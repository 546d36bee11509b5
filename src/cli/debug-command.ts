import type { Command } from 'commander';
import { duration } from '../mapping/amounts.js';
import { DebugService } from '../queue/debug-service.js';
import type { DebugSwitch } from '../queue/sql/debug-switches.js';
import { whoAmI } from './who-am-i.js';
import { withDatabase } from './with-database.js';
import { writeResult } from './write-result.js';
import { Refusal } from '../model/refusal.js';

interface DebugOptions {
  readonly entity?: string;
  readonly for: string;
  readonly json?: boolean;
}

/** Without a word after it: what is on. */
export function addDebugCommand(program: Command): void {
  const debug = program.command('debug').description('have everything told of a pipeline or one record, for a while, in all processes');
  debug
    .command('list', { isDefault: true })
    .description('what is told in detail now')
    .option('--json', 'print one JSON object: switches')
    .action(async ({ json }: Pick<DebugOptions, 'json'>) => {
      const switches = await withDatabase((sql) => new DebugService(sql).list());
      writeResult({ switches }, json, () => (switches.length === 0 ? 'nothing is told in detail' : switches.map(asText).join('\n')));
    });
  debug
    .command('on <pipeline>')
    .description('tell everything of it in the log')
    .option('--entity <key>', 'of one record')
    .option('--for <time>', 'for so long, a day at most: 5m, 2h', '15m')
    .option('--json', 'print one JSON object: pipeline, entity, until')
    .action(async (pipeline: string, options: DebugOptions) => {
      const target = { pipeline, entity: options.entity ?? null };
      const until = await withDatabase((sql) => new DebugService(sql).on(target, spanOf(options.for), whoAmI()));
      writeResult(
        { ...target, until },
        options.json,
        () => `everything of ${nameOf(target)} is told in the log until ${until.toISOString()}`,
      );
    });
  debug
    .command('off [pipeline]')
    .description('tell no more than usual; without a pipeline, of all')
    .option('--entity <key>', 'of one record')
    .option('--json', 'print one JSON object: count')
    .action(async (pipeline: string | undefined, options: Omit<DebugOptions, 'for'>) => {
      const target = { pipeline: pipeline ?? null, entity: options.entity ?? null };
      const count = await withDatabase((sql) => new DebugService(sql).off(target, whoAmI()));
      writeResult({ count }, options.json, () => (count === 0 ? 'nothing was on' : `${count} switched off`));
    });
}

function asText({ pipeline, entity, until, by }: DebugSwitch): string {
  return `${nameOf({ pipeline, entity })} until ${until.toISOString()}, by ${by}`;
}

function nameOf({ pipeline, entity }: Pick<DebugSwitch, 'pipeline' | 'entity'>): string {
  return entity === null ? pipeline : `${pipeline} ${entity}`;
}

function spanOf(text: string): number {
  const span = duration.safeParse(text);
  if (!span.success) throw new Refusal('wrong', `--for takes a span of time such as 15m or 2h, not "${text}"`);
  return span.data;
}
