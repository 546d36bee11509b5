import { Inject, Injectable } from '@nestjs/common';
import { formatMistakes } from '../config/format-mistakes.js';
import type { Connectors } from '../config/load-connections.js';
import { loadProject, type LoadedProject, type Project } from '../config/load-project.js';
import { resolveMappingsDir } from '../config/resolve-mappings-dir.js';
import type { Settings } from '../config/settings.js';
import { LOG, SETTINGS } from '../database/database.module.js';
import type { Log } from '../logging/log.js';
import { Refusal } from '../model/refusal.js';

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

  /** The folder as it lies there now: what this process works with is what it has read before. Rejects where there is none. */
  async check(): Promise<LoadedProject> {
    const loaded = await this.readAnew();
    if ('problem' in loaded) throw new Refusal('conflict', loaded.problem);
    return loaded;
  }

  private async readAnew(): Promise<LoadedProject | { readonly problem: string }> {
    const found = resolveMappingsDir(this.settings.mappings, process.env);
    return 'problem' in found ? found : loadProject(found.dir, { env: process.env, ...this.connectors });
  }

  private async load(): Promise<Project | null> {
    const { mappings } = this.settings;
    const loaded = await this.readAnew();
    if ('project' in loaded) return loaded.project;
    const problem = 'problem' in loaded ? loaded.problem : formatMistakes(loaded.mistakes);
    if (mappings !== undefined) throw new Error(problem);
    this.log.warn(`no pipeline runs: name a mappings folder in PIM2SHOP_MAPPINGS. ${problem}`);
    return null;
  }
}
