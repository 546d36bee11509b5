import { once } from 'node:events';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { formatMistakes } from '../config/format-mistakes.js';
import type { Project } from '../config/load-project.js';
import type { Settings } from '../config/settings.js';
import { DATABASE, LOG, SETTINGS } from '../database/database.module.js';
import type { OpenDatabase } from '../database/open-database.js';
import type { Log } from '../logging/log.js';
import { workOnAll } from './continuous-work.js';
import { watchDebug } from './debug-watch.js';
import { JOURNEY, type Journey } from './journey.js';
import { warnOfOutlasting } from './forecast/warn-outlasting.js';
import { openFiles } from './open-files.js';
import type { OpenProject } from './open-project.js';
import { pause } from './pause.js';
import { ProjectFiles } from './project-files.js';
import { RequestRunner } from './requests/request-runner.js';
import { closeSilentRuns } from './runs/run-log.js';
import { Scheduler } from './schedules/scheduler.js';

const longestPauseMs = 60_000;

/** The pipelines of the service: started once their connections answer, stopped with what is under way finished. */
@Injectable()
export class PipelinesService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private state: 'none' | 'opening' | 'running' = 'none';
  private life: Promise<void> = Promise.resolve();
  private scheduler: Scheduler | null = null;
  private requests: RequestRunner | null = null;
  private project: OpenProject | null = null;
  private stopWatching: () => void = () => undefined;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(DATABASE) private readonly opened: OpenDatabase,
    @Inject(LOG) private readonly log: Log,
    private readonly files: ProjectFiles,
    @Inject(JOURNEY) private readonly journey: Journey,
  ) {}

  /** Whether this process does what its role says: false while a connection has not answered yet. */
  get isReady(): boolean {
    return this.state !== 'opening';
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.settings.role === 'api') return;
    const files = await this.files.read();
    if (files === null) return;
    this.state = 'opening';
    this.stopWatching = await watchDebug(this.opened.database);
    this.life = this.live(files).catch((error: unknown) => this.log.error('the pipelines ended', { error: String(error) }));
  }

  /** Something was queued for these: their workers in this process look at once; those of others at their next look. */
  wake(pipelines: readonly string[]): void {
    for (const name of pipelines) this.project?.context(name).bell.ring();
  }

  /** Half a second is how exactly a schedule is kept: of slots that come every second none is passed over. */
  @Interval('schedules', 500)
  async tick(): Promise<void> {
    try {
      await this.scheduler?.tick();
    } catch (error) {
      this.log.error('the schedules could not be looked at', { error: error instanceof Error ? error.message : String(error) });
    }
  }

  /** Whoever asked for a run sees it begin within half a second. */
  @Interval('requests', 500)
  async takeRequests(): Promise<void> {
    try {
      await this.requests?.tick();
    } catch (error) {
      this.log.error('what was asked for could not be looked at', { error: error instanceof Error ? error.message : String(error) });
    }
  }

  @Interval('look after runs', 60_000)
  async lookAfterRuns(): Promise<void> {
    if (this.scheduler === null) return;
    try {
      const runs = await closeSilentRuns(this.opened.database);
      if (runs > 0) this.log.warn('runs were closed whose process gives no sign of life', { runs });
      if (this.project !== null) await warnOfOutlasting(this.project);
    } catch (error) {
      this.log.error('runs could not be looked after', { error: error instanceof Error ? error.message : String(error) });
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.life;
    this.stopWatching();
  }

  private async live(files: Project): Promise<void> {
    const project = await this.open(files);
    if (project === null) return;
    this.project = project;
    this.state = 'running';
    this.log.info('the pipelines run', { pipelines: project.pipelines, role: this.settings.role });
    const { signal } = this.stopping;
    const { role } = this.settings;
    if (role !== 'worker') {
      this.scheduler = new Scheduler(project, signal);
      this.requests = new RequestRunner(project, signal);
    }
    if (role !== 'scheduler') await workOnAll(project, signal);
    else if (!signal.aborted) await once(signal, 'abort');
    await this.scheduler?.ended();
    await this.requests?.ended();
    await project.close();
  }

  /** Opens every connection, again and again until they answer: a PIM that is down when the service starts is no reason to end it. */
  private async open(files: Project): Promise<OpenProject | null> {
    const { signal } = this.stopping;
    const settings = { sql: this.opened.database, leaseMs: this.settings.leaseMs, log: this.log, journey: this.journey };
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        const opened = await openFiles(files, settings);
        if ('project' in opened) return opened.project;
        throw new Error(formatMistakes(opened.mistakes));
      } catch (error) {
        const waitMs = Math.min(1_000 * 2 ** failures, longestPauseMs);
        this.log.error('the pipelines cannot be started yet', { error: error instanceof Error ? error.message : String(error), waitMs });
        await pause(waitMs, signal);
      }
    }
    return null;
  }
}
