import type { Project } from '../../config/load-project.js';
import { readsBack, type OpenTarget, type ReadsBack } from '../../connectors/contract/index.js';
import { boundLog } from '../../logging/bound-log.js';
import type { Log } from '../../logging/log.js';

/** The shops of a project, to read from and for nothing else: whoever looks has no way to write. Each is opened when it is first asked. */
export class ReadableShops {
  private readonly opened = new Map<string, Promise<OpenTarget>>();

  constructor(
    private readonly files: Project,
    private readonly log: Log,
  ) {}

  /** Null where it cannot tell what it holds. Rejects where it cannot be opened; then the next who asks tries again. */
  async of(connection: string): Promise<ReadsBack | null> {
    const opening = this.opened.get(connection) ?? this.open(connection);
    this.opened.set(connection, opening);
    try {
      const shop = await opening;
      return readsBack(shop) ? { read: (documents, signal) => shop.read(documents, signal) } : null;
    } catch (error) {
      this.opened.delete(connection);
      throw error;
    }
  }

  async close(): Promise<void> {
    for (const one of await Promise.allSettled(this.opened.values())) if (one.status === 'fulfilled') await one.value.close?.();
    this.opened.clear();
  }

  private async open(name: string): Promise<OpenTarget> {
    const { target, config } = this.files.connections.get(name) ?? { target: null, config: null };
    if (!target) throw new Error(`the connection ${name} is not a target of this project`);
    return target.open(config, { connection: name, log: boundLog(this.log, { connection: name }) });
  }
}
