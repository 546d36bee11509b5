import { Inject, Injectable } from '@nestjs/common';
import { LOG } from '../database/database.module.js';
import type { Log } from '../logging/log.js';
import { Refusal } from '../model/refusal.js';
import { ProjectFiles } from '../sync/project-files.js';
import type { CheckedConnection } from './check-connection.js';
import { checkConnections, checkLimitMs } from './check-connections.js';

/** Checks connections of the service. Whoever asks for one that is just being checked gets that answer: asking often costs the shop nothing. */
@Injectable()
export class ConnectionCheck {
  private readonly underWay = new Map<string, Promise<CheckedConnection>>();

  constructor(
    private readonly files: ProjectFiles,
    @Inject(LOG) private readonly log: Log,
  ) {}

  async check(name: string): Promise<CheckedConnection> {
    const project = await this.files.read();
    if (project === null) throw new Refusal('unknown', `There is no connection "${name}": this service has no mappings folder.`);
    const known = this.underWay.get(name);
    if (known) return known;
    const checking = this.ask(name, project.connections).finally(() => this.underWay.delete(name));
    this.underWay.set(name, checking);
    return checking;
  }

  private async ask(name: string, known: Parameters<typeof checkConnections>[0]): Promise<CheckedConnection> {
    const [checked] = await checkConnections(known, [name], { log: this.log, limitMs: checkLimitMs });
    if (checked === undefined) throw new Error(`the connection ${name} was not checked`);
    return checked;
  }
}
