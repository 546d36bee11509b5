import { access, constants, readdir, stat } from 'node:fs/promises';
import type {
  ChangesOptions,
  ChangesPage,
  CheckResult,
  ConnectorTools,
  Fetched,
  HearsSettled,
  JsonValue,
  KeysPage,
  ReadOptions,
  Source,
} from '../../contract/index.js';
import { ConnectorError, Misconfigured, Unavailable } from '../../contract/index.js';
import { archiveSettled } from './archive-settled.js';
import type { DropFolderConfig } from './config.js';
import { fetchKeys } from './fetch-keys.js';
import { asConnectorError, codeOf } from './file-errors.js';
import { foldersOf } from './folders.js';
import { listKeys } from './list-keys.js';
import { readChanges } from './read-changes.js';
import { Store } from './store.js';

export interface DropFolderSettings {
  /** Most records of a page. */
  readonly pageSize: number;
  /** Epoch milliseconds: the clock of the positions. */
  now(): number;
}

/** One drop folder. Positions are times: of the moment a window of files was begun, later than the one before. */
export class DropFolderSource implements Source, HearsSettled {
  readonly #stores: ReadonlyMap<string, Store>;

  constructor(
    private readonly config: DropFolderConfig,
    private readonly tools: ConnectorTools,
    settings: DropFolderSettings = { pageSize: 500, now: () => Date.now() },
  ) {
    this.#stores = new Map(
      Object.entries(config.entities).map(([name, entity]) => [
        name,
        new Store({ config, entity, folders: foldersOf(config, name), tools, ...settings }),
      ]),
    );
  }

  async check(signal: AbortSignal): Promise<CheckResult> {
    try {
      return await this.#asked(signal, async () => {
        const { folder } = this.config;
        await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
        if (!(await stat(folder)).isDirectory()) throw new Misconfigured(`${this.tools.connection}: the drop folder is no folder`);
        const counts = [];
        for (const [name, store] of this.#stores) {
          const manifest = await store.present();
          const aside = await filesOf(store.room.folders.quarantine);
          counts.push(`${name}: ${manifest?.live ?? 0} records, ${aside} files in quarantine`);
        }
        return { ok: true, detail: counts.join('; ') };
      });
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      const advice = 'Look at `folder` of this connection: it must be there, mounted, and this program must be allowed to write to it.';
      return { ok: false, problem: error.message, advice };
    }
  }

  changes(entity: string, cursor: JsonValue | null, { signal }: ChangesOptions): Promise<ChangesPage> {
    return this.#asked(signal, () => readChanges(this.#store(entity), cursor, signal));
  }

  keys(entity: string, cursor: JsonValue | null, options: ReadOptions & { readonly withRecords: boolean }): Promise<KeysPage> {
    return this.#asked(options.signal, () => listKeys(this.#store(entity), cursor, options));
  }

  fetch(entity: string, keys: readonly string[], { signal }: ReadOptions): Promise<Fetched> {
    return this.#asked(signal, () => fetchKeys(this.#store(entity), keys, signal));
  }

  settled(entity: string, position: number, signal: AbortSignal): Promise<void> {
    return this.#asked(signal, () => archiveSettled(this.#store(entity), position));
  }

  #store(entity: string): Store {
    const store = this.#stores.get(entity);
    if (store === undefined) throw new Misconfigured(`${this.tools.connection}: no entity "${entity}" is configured`);
    return store;
  }

  async #asked<Answer>(signal: AbortSignal, ask: () => Promise<Answer>): Promise<Answer> {
    if (signal.aborted) throw new Unavailable(`${this.tools.connection}: told to stop`);
    try {
      return await ask();
    } catch (error) {
      if (signal.aborted) throw new Unavailable(`${this.tools.connection}: told to stop`);
      throw asConnectorError(this.tools.connection, error);
    }
  }
}

async function filesOf(folder: string): Promise<number> {
  try {
    return (await readdir(folder)).filter((name) => !name.endsWith('.why')).length;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 0;
    throw error;
  }
}
