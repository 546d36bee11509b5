import type { Strategy } from '../connectors/contract/index.js';
import type { MappingFunctions } from '../mapping/functions.js';
import { checkPipeline, type KnownBeside } from '../mapping/check-pipeline.js';
import { didYouMean } from '../mapping/did-you-mean.js';
import type { PipelineFile } from '../mapping/pipeline-file.js';
import type { Tables } from '../mapping/transform.js';
import type { Mistake } from '../model/mistake.js';
import { loadAfterCalls, type AfterCall } from './load-after-calls.js';
import { connectionsFile, loadConnections, type Connection, type Connectors } from './load-connections.js';
import { loadFunctions } from './load-functions.js';
import { loadTables } from './load-tables.js';
import { readPipeline } from './read-pipeline.js';
import { readFolder } from './read-folder.js';
import type { Environment } from './substitute.js';

/** A mappings folder, read and right in itself; pipelines are compiled when their source has told its structure. */
export interface Project {
  readonly dir: string;
  readonly connections: ReadonlyMap<string, Connection>;
  readonly pipelines: readonly PipelineFile[];
  readonly tables: Tables;
  readonly functions: MappingFunctions;
  /** What pipelines have called after their runs. */
  readonly after: ReadonlyMap<string, AfterCall>;
  /** What files beside the mapping say, by their names. */
  readonly beside: ReadonlyMap<string, unknown>;
}

export type LoadedProject = { readonly project: Project } | { readonly mistakes: readonly Mistake[] };

/** Reads a mappings folder whole. Every mistake of every file comes in one list, so that they can be put right in one go. */
export async function loadProject(dir: string, options: Connectors & { readonly env: Environment }): Promise<LoadedProject> {
  const files = await readFolder(dir, '', ['.yaml', '.yml']);
  const written = files.find((one) => one.file === connectionsFile);
  if (!written) {
    const problem = `${dir} has no ${connectionsFile}`;
    return {
      mistakes: [{ file: connectionsFile, line: 1, column: 1, problem, advice: 'name the folder that has it with --mappings DIR' }],
    };
  }
  const connections = loadConnections(written.text, options.env, options);
  const tables = loadTables(await readFolder(dir, 'tables', ['.yaml', '.yml']));
  const functions = loadFunctions(await readFolder(dir, 'functions', ['.ts']));
  const others = (options.beside ?? []).map((one) => ({
    file: one.file,
    ...one.read(files.find(({ file }) => file === one.file)?.text ?? null, options.env),
  }));
  const read = files.filter((one) => one !== written && !others.some(({ file }) => file === one.file)).map(readPipeline);
  const pipelines = read.flatMap((one) => one.pipeline ?? []);
  const checkable = read.flatMap((one) => one.pipeline ?? one.rest ?? []);
  // Files that cannot be read would only make others' mistakes of what is right.
  const known: KnownBeside = {
    functions: functions.mistakes.length > 0 ? null : functions.functions,
    tables: tables.mistakes.length > 0 ? null : tables.tables,
    complete: checkable.length === read.length,
  };
  const after = loadAfterCalls(pipelines, options.env);
  const mistakes = [
    ...connections.mistakes,
    ...tables.mistakes,
    ...functions.mistakes,
    ...others.flatMap((one) => ('mistakes' in one ? one.mistakes : [])),
    ...read.flatMap((one) => one.mistakes),
    ...after.mistakes,
    ...checkable.flatMap((file) => checkFile(file, checkable, connections, known)),
  ];
  if (mistakes.length > 0) return { mistakes };
  const beside = new Map(others.flatMap((one) => ('data' in one ? [[one.file, one.data] as const] : [])));
  return {
    project: {
      ...{ dir, connections: connections.connections, pipelines, tables: tables.tables, functions: functions.functions },
      ...{ after: after.calls, beside },
    },
  };
}

function checkFile(
  file: PipelineFile,
  files: readonly PipelineFile[],
  { connections, mistakes: broken }: { readonly connections: ReadonlyMap<string, Connection>; readonly mistakes: readonly Mistake[] },
  known: KnownBeside,
): Mistake[] {
  const found: Mistake[] = [];
  const report = (path: readonly PropertyKey[], problem: string, advice: string): void => {
    found.push({ file: file.file, ...file.at(path), problem, advice });
  };
  const { pipeline, source, target } = file.data;
  const twin = files.find((one) => one.data.pipeline === pipeline);
  if (twin !== file)
    report(['pipeline'], `${twin?.file ?? 'another file'} has a pipeline ${pipeline} too`, 'give one of them another name');
  // A connection with mistakes of its own is not there: saying so here as well would only hide the cause.
  if (broken.length === 0) {
    checkSide('source', source.connection, source.entity, connections, report);
    checkSide('target', target.connection, target.resource, connections, report);
    checkRelated(file.data, connections.get(source.connection), report);
    checkStrategy(file.data, files, connections.get(source.connection), report);
  }
  checkPipeline(file, files, known, report);
  return found;
}

function checkRelated(
  { source, related }: PipelineFile['data'],
  connection: Connection | undefined,
  report: (path: readonly PropertyKey[], problem: string, advice: string) => void,
): void {
  const offered = connection ? entitiesOf(connection) : undefined;
  if (!offered) return;
  const known = [...offered, ...(connection?.source?.related ?? [])];
  related?.forEach(({ entity }, index) => {
    if (!known.includes(entity))
      report(['related', index, 'entity'], `${source.connection} cannot tell changes of ${entity}`, didYouMean(entity, known));
  });
}

/** A feed is read once, in one way, however many pipelines read it. */
function checkStrategy(
  { source, delta }: PipelineFile['data'],
  files: readonly PipelineFile[],
  connection: Connection | undefined,
  report: (path: readonly PropertyKey[], problem: string, advice: string) => void,
): void {
  const strategy = delta?.strategy;
  if (!strategy || !connection?.source) return;
  const offered = strategiesOf(connection, source.entity);
  if (!offered.includes(strategy))
    report(
      ['delta', 'strategy'],
      `${source.connection} cannot tell changes of ${source.entity} by ${strategy}`,
      didYouMean(strategy, offered),
    );
  const other = files.find(
    ({ data }) =>
      data.source.connection === source.connection &&
      data.source.entity === source.entity &&
      data.delta &&
      (data.delta.strategy ?? offered[0]) !== strategy,
  );
  if (other)
    report(
      ['delta', 'strategy'],
      `${other.data.pipeline} reads ${source.entity} of ${source.connection} by ${other.data.delta?.strategy ?? offered[0]}`,
      'name one strategy in all of them: they share what is read',
    );
}

/** How the changes of an entity can be noticed, the best first. */
export function strategiesOf({ source, config }: Connection, entity: string): readonly Strategy[] {
  return source?.strategies?.(config, entity) ?? ['timestamp'];
}

function checkSide(
  side: 'source' | 'target',
  name: string,
  thing: string,
  connections: ReadonlyMap<string, Connection>,
  report: (path: readonly PropertyKey[], problem: string, advice: string) => void,
): void {
  const connection = connections.get(name);
  if (!connection) {
    report([side, 'connection'], `there is no connection ${name}`, didYouMean(name, [...connections.keys()]));
    return;
  }
  const offered = side === 'source' ? entitiesOf(connection) : connection.target?.resources;
  if (!offered)
    report(
      [side, 'connection'],
      `the connector ${connection.connector} of ${name} is no ${side}`,
      `name a connection whose connector is a ${side}`,
    );
  else if (!offered.includes(thing)) {
    const field = side === 'source' ? 'entity' : 'resource';
    report([side, field], `${connection.connector} has no ${field} ${thing}`, didYouMean(thing, offered));
  }
}

function entitiesOf({ source, config }: Connection): readonly string[] | undefined {
  return source ? [...source.entities, ...(source.entitiesOf?.(config) ?? [])] : undefined;
}
