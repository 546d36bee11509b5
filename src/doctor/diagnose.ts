import type { Connectors } from '../config/load-connections.js';
import type { Project } from '../config/load-project.js';
import type { Settings } from '../config/settings.js';
import { silentLog } from '../logging/log.js';
import { secrets } from '../logging/secrets.js';
import { checkConnection } from './check-connection.js';
import { checkAlerts } from './checks/check-alerts.js';
import { checkDatabase } from './checks/check-database.js';
import { checkFiles } from './checks/check-files.js';
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
}

export interface Diagnosis {
  /** What the installation is called. */
  readonly environment: string;
  /** Nothing failed; warnings may be there. */
  readonly well: boolean;
  readonly findings: readonly Finding[];
}

/** Looks at everything an installation needs, changes none of it, and goes on after whatever is wrong: one list of all. */
export async function diagnose({ env, connectors, mappings, limitMs }: DiagnoseOptions): Promise<Diagnosis> {
  secrets.addEnvironment(env);
  const { settings, findings } = checkSettings(env);
  const [folders, database, files] = await Promise.all([
    guarded('folders', () => checkFolders(settings)),
    guarded('database', () => checkDatabase(settings)),
    checkFiles(mappings, env, connectors).catch((error: unknown) => ({ project: null, findings: [broken('mappings', error)] })),
  ]);
  const { project } = files;
  const systems = project === null ? [] : await guarded('connections', () => checkSystems(project, settings, limitMs));
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
async function guarded(check: string, work: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await work();
  } catch (error) {
    return [broken(check, error)];
  }
}

function broken(check: string, error: unknown): Finding {
  return failure(check, `could not be looked at: ${error instanceof Error ? error.message : String(error)}`, 'Look at what it says.');
}

function withoutSecrets({ says, advice, ...finding }: Finding): Finding {
  return { ...finding, says: secrets.hide(says), advice: advice === null ? null : secrets.hide(advice) };
}
