import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { DATABASE, SETTINGS } from '../database/database.module.js';
import type { OpenDatabase } from '../database/open-database.js';
import { secrets } from '../logging/secrets.js';
import type { Actor } from '../model/actor.js';
import { writeAudit } from '../queue/sql/audit.js';
import { ProjectFiles } from '../sync/project-files.js';
import { alertsConfigOf } from './file/alerts-file.js';
import { channelsToTest, sendTest, type TestedChannel } from './send-test.js';

/** Shows whether the channels of the service take a message. */
@Injectable()
export class AlertTest {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(DATABASE) private readonly opened: OpenDatabase,
    private readonly files: ProjectFiles,
  ) {}

  /** To every channel, or to the one that is named. What a channel answers is no failure of the test. */
  async send(only: string | null, actor: Actor): Promise<TestedChannel[]> {
    const channels = channelsToTest(alertsConfigOf(await this.files.read()), only);
    const target = channels.map(({ name }) => name).join(', ');
    await writeAudit(this.opened.database, { actor, action: 'test alerts', target, details: {} });
    const { environment, publicUrl } = this.settings;
    const context = { environment, publicUrl: publicUrl ?? null, now: new Date(), hide: (text: string) => secrets.hide(text) };
    return sendTest(channels, context, `test ${randomUUID()}`);
  }
}
