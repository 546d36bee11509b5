import { alertsFile } from '../alerts/file/alerts-file.js';
import { formatMistakes } from '../config/format-mistakes.js';
import { loadProject, type Project } from '../config/load-project.js';
import { resolveMappingsDir } from '../config/resolve-mappings-dir.js';
import { readSettings } from '../config/settings.js';
import { sources } from '../connectors/sources/index.js';
import { targets } from '../connectors/targets/index.js';
import { winstonLog } from '../logging/winston-log.js';
import { Refusal } from '../model/refusal.js';
import { watchDebug } from '../sync/debug-watch.js';
import { silentJourney } from '../sync/journey.js';
import { openFiles } from '../sync/open-files.js';
import type { OpenProject } from '../sync/open-project.js';
import { openTracing } from '../tracing/open-tracing.js';
import { withDatabase } from './with-database.js';

/** Reads the mappings folder, or fails with one list of everything that is wrong in it. */
export async function readFiles(mappings: string | undefined): Promise<Project> {
  const found = resolveMappingsDir(mappings, process.env);
  if ('problem' in found) throw mappings === undefined ? new Error(found.problem) : new Refusal('wrong', found.problem);
  const loaded = await loadProject(found.dir, { env: process.env, sources, targets, beside: [alertsFile] });
  if ('mistakes' in loaded) throw new Error(formatMistakes(loaded.mistakes));
  return loaded.project;
}

/**
 * Lends the whole project, its connections open and its pipelines compiled, to one command. One that only
 * observes gets no shop, and leaves workers with another mapping alone.
 */
export async function withProject<Result>(
  mappings: string | undefined,
  work: (project: OpenProject) => Promise<Result>,
  { observe = false }: { readonly observe?: boolean } = {},
): Promise<Result> {
  const files = await readFiles(mappings);
  const settings = readSettings(process.env);
  const { leaseMs, logLevel, logFiles } = settings;
  const log = winstonLog({ level: process.env.PIM2SHOP_LOG_LEVEL ? logLevel : 'warn', role: 'cli', folder: logFiles });
  const tracing = await openTracing(settings, 'cli', log);
  try {
    return await withDatabase(async (sql) => {
      const opened = await openFiles(files, { sql, leaseMs, log, journey: tracing?.journey ?? silentJourney, observe });
      if ('mistakes' in opened) throw new Error(formatMistakes(opened.mistakes));
      const stopWatching = await watchDebug(sql);
      try {
        return await work(opened.project);
      } finally {
        stopWatching();
        await opened.project.close();
      }
    });
  } finally {
    await tracing?.close();
    await log.close();
  }
}
