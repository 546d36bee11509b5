import type { Command } from 'commander';
import { installsTriggers, type InstallsTriggers, type OpenSource } from '../connectors/contract/index.js';
import { silentLog } from '../logging/log.js';
import { didYouMean } from '../mapping/did-you-mean.js';
import { addDestructiveOption, confirmDestructive, type DestructiveOptions } from './confirm-destructive.js';
import { readFiles } from './with-project.js';
import { withEnvironment } from './write-result.js';
import { Refusal } from '../model/refusal.js';

interface InstallOptions {
  readonly apply?: boolean;
  readonly mappings?: string;
  readonly json?: boolean;
}

export function addSourceCommand(program: Command): void {
  const source = program.command('source').description('what is prepared in a source');
  addDestructiveOption(source.command('install-triggers <connection>'))
    .description('print the statements that make a source write down its changes; they may be run again')
    .option('--apply', 'run them as well')
    .option('--mappings <dir>', 'folder with connections.yaml and the pipelines')
    .option('--json', 'print one JSON object')
    .action(async (connection: string, options: InstallOptions & DestructiveOptions) => {
      if (options.apply) await confirmDestructive(`The source ${connection} gets triggers`, options);
      const { signal } = new AbortController();
      const source = await openSource(connection, options.mappings);
      try {
        const statements = await source.triggers(signal);
        if (options.apply) await source.installTriggers(signal);
        const applied = options.apply === true;
        process.stdout.write(
          options.json
            ? `${JSON.stringify(withEnvironment({ connection, statements, applied }, process.env))}\n`
            : asText(statements, applied),
        );
      } finally {
        await source.close?.();
      }
    });
}

/** The one source, and nothing else of the project: no database of ours, no shop. */
async function openSource(name: string, mappings: string | undefined): Promise<OpenSource & InstallsTriggers> {
  const { connections } = await readFiles(mappings);
  const connection = connections.get(name);
  if (!connection) throw new Refusal('unknown', `There is no connection "${name}": ${didYouMean(name, [...connections.keys()])}`);
  const source = await connection.source?.open(connection.config, { connection: name, log: silentLog });
  if (source && installsTriggers(source)) return source;
  await source?.close?.();
  throw new Refusal('wrong', `${name} is no source that writes down its changes by triggers: ${connection.connector} has none to install.`);
}

function asText(statements: readonly string[], applied: boolean): string {
  if (statements.length === 0) return 'No entity of this connection has `changes` configured: there is nothing to install.\n';
  const told = applied ? `-- ${statements.length} statements were run.\n` : '';
  return `${statements.map((statement) => `${statement};\n\n`).join('')}${told}`;
}
