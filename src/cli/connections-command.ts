import type { Command } from 'commander';
import Table from 'cli-table3';
import type { CheckedConnection } from '../doctor/check-connection.js';
import { PauseService } from '../queue/pause-service.js';
import { breakerText } from '../queue/sql/show-breaker.js';
import { checkConnections, checkLimitMs } from '../doctor/check-connections.js';
import { listConnections, type ListedConnection } from '../queue/sql/list-connections.js';
import { exitCodes } from './exit-code.js';
import { whoAmI } from './who-am-i.js';
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
  readonly breaker: ListedConnection['breaker'];
  /** `requests` as the file says it. */
  readonly limit: ListedConnection['limit'];
}

/** Without a word after it: the list. */
export function addConnectionsCommand(program: Command): void {
  const connections = program.command('connections').description('the outside systems of the mappings folder');
  connections
    .command('list', { isDefault: true })
    .description('what connections.yaml names, who uses it, what is paused, what is down, and whose requests a limit lets through')
    .option('--mappings <dir>', 'folder with connections.yaml and the pipelines')
    .option('--json', 'print one JSON object: connections')
    .action(async ({ mappings, json }: ConnectionsOptions) => {
      writeResult({ connections: await list(mappings) }, json, ({ connections: all }) => asTable(all));
    });
  connections
    .command('try <connection>')
    .description('try a shop that is down at once, and not when its next trial would be')
    .option('--reason <text>', 'for the audit log')
    .option('--json', 'print one JSON object: connection, wasOpen')
    .action(async (connection: string, { reason, json }: { reason?: string; json?: boolean }) => {
      const wasOpen = await withDatabase((sql) => new PauseService(sql).tryNow(connection, reason ?? null, whoAmI()));
      writeResult({ connection, wasOpen }, json, () =>
        wasOpen ? `${connection} is tried as soon as a worker has something for it` : `${connection} is not held to be down`,
      );
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
  const states = new Map((await withDatabase(listConnections)).map((one) => [one.name, one]));
  return [...connections.values()].map(({ name, connector, limit }) => ({
    name,
    connector,
    pipelines: pipelines
      .filter(({ data }) => data.source.connection === name || data.target.connection === name)
      .map(({ data }) => data.pipeline),
    paused: states.get(name)?.paused ?? null,
    breaker: states.get(name)?.breaker ?? null,
    limit: limit === null ? null : { held: 0, holders: [], ...states.get(name)?.limit, requests: limit },
  }));
}

function asTable(connections: readonly KnownConnection[]): string {
  const table = new Table({ head: ['connection', 'connector', 'pipelines', 'limit', 'paused'], style: { head: [], border: [] } });
  for (const { name, connector, pipelines, limit, paused } of connections) {
    table.push([
      name,
      connector,
      pipelines.join(', ') || '-',
      limit === null ? '-' : limitText(limit),
      paused === null ? '-' : pausedText(paused),
    ]);
  }
  const down = connections.flatMap(({ name, breaker }) =>
    breaker === null ? [] : [`${name} ${breakerText(breaker)}; at once: pim2shop connections try ${name}`],
  );
  return [table.toString(), ...down].join('\n');
}

function limitText({ requests, held, holders }: NonNullable<ListedConnection['limit']>): string {
  return [`${held} of ${requests} in use`, ...holders.map((one) => `${one.held} by ${one.holder}`)].join('\n');
}

function pausedText({ by, until, reason }: NonNullable<ListedConnection['paused']>): string {
  const who = by ?? (until === null ? 'somebody' : `itself until ${until.toISOString()}`);
  return [`by ${who}`, ...(reason === null ? [] : [`(${reason})`])].join(' ');
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
