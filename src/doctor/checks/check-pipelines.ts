import { compileProject } from '../../config/compile-project.js';
import type { Connection } from '../../config/load-connections.js';
import type { Project } from '../../config/load-project.js';
import { describesStructure, receivesEvents } from '../../connectors/contract/index.js';
import { silentLog } from '../../logging/log.js';
import type { Structure } from '../../model/structure.js';
import { failure, ok, warning, type Finding } from '../finding.js';
import { mistakesAsFindings } from './check-files.js';
import { takesEvents } from './check-systems.js';

export interface PipelineCheck {
  /** Connections that work. */
  readonly working: ReadonlySet<string>;
  /** How long a PIM is waited for that tells its attributes, milliseconds. */
  readonly limitMs: number;
}

/** Compiles every mapping against what its PIM says of itself, and looks whether those that take events can. */
export async function checkPipelines(project: Project, { working, limitMs }: PipelineCheck): Promise<Finding[]> {
  const structures = new Map<string, Structure>();
  const findings: Finding[] = [];
  const unknown = new Set<string>();
  const names = [...new Set(project.pipelines.map(({ data }) => data.source.connection))];
  const connections = names.flatMap((name) => project.connections.get(name) ?? []).filter(({ source }) => source !== null);
  const answers = await Promise.all(
    connections.map(async (one) => ({ name: one.name, asked: await ask(one, working.has(one.name), limitMs) })),
  );
  for (const { name, asked } of answers) {
    if (asked.structure !== null) structures.set(name, asked.structure);
    if (asked.problem !== null) unknown.add(name);
    findings.push(...asked.problems(project));
  }
  return [...findings, ...mappings(project, structures, unknown)];
}

interface Asked {
  readonly structure: Structure | null;
  readonly problem: string | null;
  problems(project: Project): Finding[];
}

/** Opened anew: events need no system that answers. */
async function ask({ name, source, config, broker }: Connection, works: boolean, limitMs: number): Promise<Asked> {
  const nothing = (problem: string, findings: readonly Finding[] = []): Asked => ({
    structure: null,
    problem,
    problems: () => [...findings],
  });
  if (source === null) return nothing('it is no source');
  try {
    const open = await source.open(config, { connection: name, log: silentLog });
    try {
      const hears = receivesEvents(open);
      const problems = (project: Project): Finding[] => (takesEvents(project, name) ? [hooks(name, hears, broker !== null)] : []);
      if (!works) return { structure: null, problem: 'it does not answer', problems };
      const structure = describesStructure(open) ? await open.structure(AbortSignal.timeout(limitMs)) : null;
      return { structure, problem: null, problems };
    } finally {
      await open.close?.();
    }
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error);
    const found = failure(
      `connection ${name}`,
      `it does not tell its attributes: ${says}`,
      'Look whether its user may read attributes, families and channels.',
    );
    return nothing(says, works ? [found] : []);
  }
}

function hooks(connection: string, webhooks: boolean, broker: boolean): Finding {
  const check = `events of ${connection}`;
  if (webhooks || broker) {
    const doors = [...(webhooks ? [`signed webhooks at POST /hooks/${connection}`] : []), ...(broker ? ['messages of its broker'] : [])];
    return ok(check, `are taken: ${doors.join(', ')}`);
  }
  const says =
    'a pipeline takes them, and nothing can tell any: its connector has no webhooks, or their secrets are not set, and it names no broker';
  return failure(check, says, `Set the secrets of its webhooks, or amqp, in connections.yaml; or take \`events\` out of the pipeline.`);
}

/** One whose PIM tells nothing is not judged: what it names may well be there. */
function mappings(project: Project, structures: ReadonlyMap<string, Structure>, unknown: ReadonlySet<string>): Finding[] {
  const compiled = compileProject(project, structures);
  const mistakes = 'mistakes' in compiled ? compiled.mistakes : [];
  return project.pipelines.flatMap(({ file, data }) => {
    const check = `mapping ${data.pipeline}`;
    const { connection } = data.source;
    if (unknown.has(connection))
      return [warning(check, `could not be compared with ${connection}, which tells nothing`, 'Mend the connection first.')];
    const found = mistakes.filter((mistake) => mistake.file === file);
    if (found.length > 0) return mistakesAsFindings(check, found);
    return [ok(check, structures.has(connection) ? `fits what ${connection} has` : 'can be compiled')];
  });
}
