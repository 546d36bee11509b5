import { Inject, Injectable } from '@nestjs/common';
import { formatMistakes } from '../config/format-mistakes.js';
import type { Connectors } from '../config/load-connections.js';
import { loadProject, type Project } from '../config/load-project.js';
import { resolveMappingsDir } from '../config/resolve-mappings-dir.js';
import type { Settings } from '../config/settings.js';
import { LOG, SETTINGS } from '../database/database.module.js';
import type { Log } from '../logging/log.js';

/** The connectors the service knows. */
export const CONNECTORS = Symbol('connectors');

/** The mappings folder of the service, read once for everybody who needs it. */
@Injectable()
export class ProjectFiles {
  private reading: Promise<Project | null> | null = null;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOG) private readonly log: Log,
    @Inject(CONNECTORS) private readonly connectors: Connectors,
  ) {}

  /**
   * Null where there is none to run. A folder that was named must be right; one that happens to lie there may be an
   * example whose settings nobody made.
   */
  read(): Promise<Project | null> {
    return (this.reading ??= this.load());
  }

  private async load(): Promise<Project | null> {
    const { mappings } = this.settings;
    const found = resolveMappingsDir(mappings, process.env);
    const loaded = 'problem' in found ? found : await loadProject(found.dir, { env: process.env, ...this.connectors });
    if ('project' in loaded) return loaded.project;
    const problem = 'problem' in loaded ? loaded.problem : formatMistakes(loaded.mistakes);
    if (mappings !== undefined) throw new Error(problem);
    this.log.warn(`no pipeline runs: name a mappings folder in PIM2SHOP_MAPPINGS. ${problem}`);
    return null;
  }
}
