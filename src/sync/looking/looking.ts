import { formatMistakes } from '../../config/format-mistakes.js';
import type { Project } from '../../config/load-project.js';
import type { ReadsBack } from '../../connectors/contract/index.js';
import type { Sql } from '../../database/sql.js';
import type { Log } from '../../logging/log.js';
import { Refusal } from '../../model/refusal.js';
import { silentJourney } from '../journey.js';
import { openFiles } from '../open-files.js';
import type { OpenProject } from '../open-project.js';
import type { PipelineContext } from '../pipeline-context.js';
import { ReadableShops } from './readable-shops.js';

export interface LookingSettings {
  readonly sql: Sql;
  readonly leaseMs: number;
  readonly log: Log;
}

/**
 * The project for whoever only looks: sources and shops are opened when they are first needed, no mapping is registered, and nothing can
 * be sent. What cannot be opened is tried again by the next who asks.
 */
export class Looking {
  private opening: Promise<OpenProject> | null = null;
  private reading: Promise<{ readonly files: Project; readonly shops: ReadableShops }> | null = null;

  constructor(
    private readonly files: () => Promise<Project>,
    private readonly settings: LookingSettings,
  ) {}

  get sql(): Sql {
    return this.settings.sql;
  }

  /** Rejects with a sentence for a person where there is no such pipeline in the files. */
  async context(pipeline: string): Promise<PipelineContext> {
    const project = await this.project();
    if (!project.pipelines.includes(pipeline))
      throw new Refusal('unknown', `The mappings folder has no pipeline "${pipeline}"; it has ${project.pipelines.join(', ') || 'none'}.`);
    return project.context(pipeline);
  }

  /** The pipelines of the mappings folder; asks no system. */
  async pipelines(): Promise<readonly string[]> {
    const { files } = await this.read();
    return files.pipelines.map(({ data }) => data.pipeline);
  }

  /** Other pipelines that read the same entity of the same source: a key means the same record in them. */
  async readersBeside(pipeline: string): Promise<readonly string[]> {
    const { files } = await this.read();
    const own = files.pipelines.find(({ data }) => data.pipeline === pipeline)?.data.source;
    const same = files.pipelines.filter(({ data: { source } }) => source.connection === own?.connection && source.entity === own.entity);
    return same.map(({ data }) => data.pipeline).filter((name) => name !== pipeline);
  }

  /** The shop of a connection, to read from; null where its connector cannot. */
  async shop(connection: string): Promise<ReadsBack | null> {
    const { shops } = await this.read();
    return shops.of(connection);
  }

  async close(): Promise<void> {
    const [project, read] = await Promise.allSettled([this.opening, this.reading]);
    if (project.status === 'fulfilled') await project.value?.close();
    if (read.status === 'fulfilled') await read.value?.shops.close();
  }

  private async project(): Promise<OpenProject> {
    this.opening ??= this.open();
    try {
      return await this.opening;
    } catch (error) {
      this.opening = null;
      throw error;
    }
  }

  private async open(): Promise<OpenProject> {
    const { files } = await this.read();
    const opened = await openFiles(files, { ...this.settings, journey: silentJourney, observe: true });
    if ('mistakes' in opened) throw new Refusal('conflict', formatMistakes(opened.mistakes));
    return opened.project;
  }

  private async read(): Promise<{ readonly files: Project; readonly shops: ReadableShops }> {
    this.reading ??= this.files().then((files) => ({ files, shops: new ReadableShops(files, this.settings.log) }));
    try {
      return await this.reading;
    } catch (error) {
      this.reading = null;
      throw error;
    }
  }
}
