import type { Command } from 'commander';
import Table from 'cli-table3';
import type { CheckedConnection } from '../doctor/check-connection.js';
import { checkConnections, checkLimitMs } from '../doctor/check-connections.js';
import { listConnections, type ListedConnection } from '../queue/sql/list-connections.js';
import { exitCodes } from './exit-code.js';
import { wholeNumber } from './whole-number.js';
import { withDatabase } from './with-database.js';
import { withLog } from './with-log.js';
import { readFiles } from './with-project.js';
import { writeResult } from './write-result.js';

interface ConnectionsOptions {
  readonly mappings?: string;
  readonly json?: boolean;
}

/** A connection of the files, and what the database knows of it. */
interface KnownConnection {
  readonly name: string;
  readonly connector: string;
  readonly pipelines: readonly string[];
  readonly paused: ListedConnection['paused'];
}

/** Without a word after it: the list. */
export function addConnectionsCommand(program: Command): void {
  const connections = program.command('connections').description('the outside systems of the mappings folder');
  connections
    .command('list', { isDefault: true })
    .description('what connections.yaml names, who uses it, and what is paused')
    .option('--mappings <dir>', 'folder with connections.yaml and the pipelines')
    .option('--json', 'print one JSON object: connections')
    .action(async ({ mappings, json }: ConnectionsOptions) => {
      writeResult({ connections: await list(mappings) }, json, ({ connections: all }) => asTable(all));
    });
  connections
    .command('check [names...]')
    .description('ask each something, as normal work would; exit code 1 where one does not work')
    .option('--limit <seconds>', 'how long each is waited for', String(checkLimitMs / 1_000))
    .option('--mappings <dir>', 'folder with connections.yaml and the pipelines')
    .option('--json', 'print one JSON object: connections')
    .action(async (names: string[], { mappings, json, limit }: ConnectionsOptions & { limit: string }) => {
      const limitMs = wholeNumber('--limit', limit) * 1_000;
      const { connections: known } = await readFiles(mappings);
      const checked = await withLog((log) => checkConnections(known, names, { log, limitMs }));
      writeResult({ connections: checked }, json, ({ connections: all }) => all.map(asText).join('\n'));
      if (checked.some(({ ok }) => !ok)) process.exitCode = exitCodes.failed;
    });
}

async function list(mappings: string | undefined): Promise<KnownConnection[]> {
  const { connections, pipelines } = await readFiles(mappings);
  const states = new Map((await withDatabase(listConnections)).map((one) => [one.name, one.paused]));
  return [...connections.values()].map(({ name, connector }) => ({
    name,
    connector,
    pipelines: pipelines
      .filter(({ data }) => data.source.connection === name || data.target.connection === name)
      .map(({ data }) => data.pipeline),
    paused: states.get(name) ?? null,
  }));
}

function asTable(connections: readonly KnownConnection[]): string {
  const table = new Table({ head: ['connection', 'connector', 'pipelines', 'paused'], style: { head: [], border: [] } });
  for (const { name, connector, pipelines, paused } of connections) {
    const by =
      paused === null ? '-' : [`by ${paused.by ?? 'somebody'}`, ...(paused.reason === null ? [] : [`(${paused.reason})`])].join(' ');
    table.push([name, connector, pipelines.join(', ') || '-', by]);
  }
  return table.toString();
}

function asText({ connection, connector, ok, says, advice, version, clockAheadSeconds, tookMs }: CheckedConnection): string {
  const beside = [...(version === null ? [] : [version]), ...clockText(clockAheadSeconds), `${(tookMs / 1_000).toFixed(1)} s`];
  const head = `${ok ? 'works  ' : 'FAILS  '} ${connection} (${connector}): ${says} [${beside.join(', ')}]`;
  return advice === null ? head : `${head}\n         → ${advice}`;
}

/** A difference in a clause; nothing where there is none, or none is known. */
function clockText(aheadSeconds: number | null): string[] {
  if (aheadSeconds === null || aheadSeconds === 0) return [];
  return [`its clock is ${Math.abs(aheadSeconds)} s ${aheadSeconds > 0 ? 'ahead of' : 'behind'} ours`];
}
