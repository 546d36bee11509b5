import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatMistakes } from '../../../src/config/format-mistakes.js';
import { loadProject } from '../../../src/config/load-project.js';
import { sources } from '../../../src/connectors/sources/index.js';
import { targets } from '../../../src/connectors/targets/index.js';
import { silentLog } from '../../../src/logging/log.js';
import { silentJourney } from '../../../src/sync/journey.js';
import { openFiles } from '../../../src/sync/open-files.js';
import type { RunKind } from '../../../src/sync/runs/run-log.js';
import { SyncService, type SyncResult } from '../../../src/sync/sync-service.js';
import { createTestDatabase } from '../database.js';
import { repositoryRoot } from '../stand-in/index.js';

/** A mappings folder whose pipelines end in a file of lines, opened on a database of its own. */
export interface ExampleProject {
  sync(pipeline: string, kind: RunKind): Promise<SyncResult>;
  /** What stands at the end, by key (`STORE KEY` but for the store all): the fields of the last line of each document that was not taken down. */
  shown(): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

/** `lines`: the variable by which the folder names its file. */
export async function openExample(folder: string, lines: string, env: Readonly<Record<string, string>>): Promise<ExampleProject> {
  const test = await createTestDatabase();
  const scratch = await mkdtemp(join(tmpdir(), 'pim2shop-example-'));
  const file = join(scratch, 'lines.jsonl');
  const loaded = await loadProject(join(repositoryRoot(), folder), { env: { ...env, [lines]: file }, sources, targets });
  if ('mistakes' in loaded) throw new Error(formatMistakes(loaded.mistakes));
  const opened = await openFiles(loaded.project, { sql: test.database, leaseMs: 30_000, log: silentLog, journey: silentJourney });
  if ('mistakes' in opened) throw new Error(formatMistakes(opened.mistakes));
  const { project } = opened;
  return {
    sync: (pipeline, kind) =>
      new SyncService(project).sync({ pipeline, kind, trigger: 'command', limit: null, signal: new AbortController().signal }),
    shown: async () => lastLines(await readFile(file, 'utf8')),
    close: async () => {
      await project.close();
      await test.drop();
      await rm(scratch, { recursive: true });
    },
  };
}

function lastLines(text: string): Record<string, unknown> {
  const last = new Map<string, unknown>();
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const { key, document } = JSON.parse(line) as { readonly key: string; readonly document: unknown };
    // product:all:-:KEY
    const [, store = '', , ...rest] = key.split(':');
    const own = store === 'all' ? rest.join(':') : `${store} ${rest.join(':')}`;
    if (document === null) last.delete(own);
    else last.set(own, document);
  }
  return Object.fromEntries(last);
}
