import { compilePipeline } from '../mapping/compile-pipeline.js';
import type { Pipeline } from '../mapping/pipeline.js';
import type { Mistake } from '../model/mistake.js';
import type { Structure } from '../model/structure.js';
import { inheritedBy } from './load-connections.js';
import type { Project } from './load-project.js';

export type CompiledProject = { readonly pipelines: readonly Pipeline[] } | { readonly mistakes: readonly Mistake[] };

/**
 * Compiles every pipeline of a project with what its source told of its structure (by connection name;
 * a source that cannot tell has none). All mistakes of all files come in one list.
 */
export function compileProject(project: Project, structures: ReadonlyMap<string, Structure>): CompiledProject {
  const results = project.pipelines.map((file) => {
    const { connection, entity } = file.data.source;
    const known = project.connections.get(connection);
    const described = known?.source?.structured;
    const applies = described === undefined || described.includes(entity);
    const structure = applies ? (structures.get(connection) ?? null) : null;
    return compilePipeline(file, {
      structure,
      inherits: inheritedBy(known, entity),
      tables: project.tables,
      functions: project.functions,
      pipelines: project.pipelines,
    });
  });
  const mistakes = results.flatMap((result) => ('mistakes' in result ? result.mistakes : []));
  return mistakes.length > 0 ? { mistakes } : { pipelines: results.flatMap((result) => ('pipeline' in result ? result.pipeline : [])) };
}
