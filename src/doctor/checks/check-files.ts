import { formatMistakes } from '../../config/format-mistakes.js';
import type { Connectors } from '../../config/load-connections.js';
import { loadProject, type Project } from '../../config/load-project.js';
import { resolveMappingsDir } from '../../config/resolve-mappings-dir.js';
import type { Mistake } from '../../model/mistake.js';
import { failure, ok, warning, type Finding } from '../finding.js';

export interface CheckedFiles {
  /** Null where they cannot be used. */
  readonly project: Project | null;
  readonly findings: readonly Finding[];
}

/** The mappings folder, as the service finds it: one that was named must be right, another one may be an example. */
export async function checkFiles(named: string | undefined, env: NodeJS.ProcessEnv, connectors: Connectors): Promise<CheckedFiles> {
  const isNamed = (named ?? (env.PIM2SHOP_MAPPINGS || undefined)) !== undefined;
  const found = resolveMappingsDir(named, env);
  if ('problem' in found) {
    const advice = '`pim2shop init` writes a first project; or name a folder with --mappings DIR or PIM2SHOP_MAPPINGS.';
    return { project: null, findings: [(isNamed ? failure : warning)('mappings', found.problem, advice)] };
  }
  const loaded = await loadProject(found.dir, { env, ...connectors });
  if ('project' in loaded) {
    const { connections, pipelines } = loaded.project;
    const says = `${found.dir} is in order: ${connections.size} connections, ${pipelines.length} pipelines`;
    const empty = warning('mappings', `${found.dir} has no pipeline: nothing is synchronized`, 'Write one, or let `pim2shop init` do it.');
    return { project: loaded.project, findings: [pipelines.length === 0 ? empty : ok('mappings', says)] };
  }
  if (isNamed) return { project: null, findings: mistakesAsFindings('mappings', loaded.mistakes) };
  const says = `${found.dir}, which nobody named, cannot be used. ${formatMistakes(loaded.mistakes)}`;
  return { project: null, findings: [warning('mappings', says, 'Set what it needs, or name another folder in PIM2SHOP_MAPPINGS.')] };
}

export function mistakesAsFindings(check: string, mistakes: readonly Mistake[]): Finding[] {
  return mistakes.map(({ file, line, column, problem, advice }) => failure(check, `${file}:${line}:${column} ${problem}`, advice));
}
