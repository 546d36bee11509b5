import type { Connectors } from '../config/load-connections.js';
import type { Project } from '../config/load-project.js';
import type { Settings } from '../config/settings.js';
import { silentLog } from '../logging/log.js';
import { secrets } from '../logging/secrets.js';
import { checkConnection } from './check-connection.js';
import { checkAlerts } from './checks/check-alerts.js';
import { checkDatabase } from './checks/check-database.js';
import { checkFiles, type CheckedFiles } from './checks/check-files.js';
import { checkFolders } from './checks/check-folders.js';
import { checkPipelines } from './checks/check-pipelines.js';
import { checkSettings } from './checks/check-settings.js';
import { connectionFindings } from './checks/check-systems.js';
import { failure, type Finding } from './finding.js';

export interface DiagnoseOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly connectors: Connectors;
  /** Mappings folder, where somebody named one beside the environment. */
  readonly mappings: string | undefined;
  /** How long each outside system is waited for, milliseconds. */
  readonly limitMs: number;
  /** How long settings, folders, database and files are waited for, milliseconds; a minute, unless said: a private database may have to start. */
  readonly ownMs?: number;
}

export interface Diagnosis {
  /** What the installation is called. */
  readonly environment: string;
  /** Nothing failed; warnings may be there. */
  readonly well: boolean;
  readonly findings: readonly Finding[];
}

/** Of an outside system: opened, asked, and asked for what it has. */
const asks = 3;

/** Looks at everything an installation needs, changes none of it, and goes on after whatever is wrong or does not answer: one list of all, in bounded time. */
export async function diagnose({ env, connectors, mappings, limitMs, ownMs = 60_000 }: DiagnoseOptions): Promise<Diagnosis> {
  secrets.addEnvironment(env);
  const { settings, findings } = checkSettings(env);
  const [folders, database, files] = await Promise.all([
    guarded('folders', ownMs, () => checkFolders(settings)),
    guarded('database', ownMs, () => checkDatabase(settings)),
    withinTime(ownMs, () => checkFiles(mappings, env, connectors)).catch(noFiles),
  ]);
  const { project } = files;
  const systems = project === null ? [] : await guarded('connections', asks * limitMs, () => checkSystems(project, settings, limitMs));
  const all = [...findings, ...folders, ...database, ...files.findings, ...systems].map(withoutSecrets);
  return { environment: settings.environment.name, well: !all.some(({ state }) => state === 'failure'), findings: all };
}

async function checkSystems(project: Project, { environment }: Settings, limitMs: number): Promise<Finding[]> {
  const checked = await Promise.all([...project.connections.values()].map((one) => checkConnection(one, { log: silentLog, limitMs })));
  const working = new Set(checked.filter(({ ok }) => ok).map(({ connection }) => connection));
  return [
    ...checkAlerts(project, environment.production),
    ...checked.flatMap((one) => connectionFindings(one, project, environment.production)),
    ...(await checkPipelines(project, { working, limitMs })),
  ];
}

/** A check that cannot be made is a finding, and no end of the others. */
async function guarded(check: string, limitMs: number, work: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await withinTime(limitMs, work);
  } catch (error) {
    return [broken(check, error)];
  }
}

function noFiles(error: unknown): CheckedFiles {
  return { project: null, findings: [broken('mappings', error)] };
}

/** What takes longer (a disk of the network, a database that was frozen) is not waited for. */
async function withinTime<T>(limitMs: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limitMs / 1_000} s`)), limitMs);
  });
  try {
    return await Promise.race([work(), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

function broken(check: string, error: unknown): Finding {
  return failure(check, `could not be looked at: ${error instanceof Error ? error.message : String(error)}`, 'Look at what it says.');
}

function withoutSecrets({ says, advice, ...finding }: Finding): Finding {
  return { ...finding, says: secrets.hide(says), advice: advice === null ? null : secrets.hide(advice) };
}
