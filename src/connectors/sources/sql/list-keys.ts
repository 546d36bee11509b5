import { z } from 'zod';
import { BadAnswer } from '../../contract/index.js';
import type { JsonValue, KeysPage, ReadOptions } from '../../contract/index.js';
import type { Entity } from './entity.js';
import { readPage } from './read-page.js';
import type { Session } from './server.js';

const Cursor = z.object({ after: z.string(), total: z.number() });

/** Every row in the order of its key, which no edit changes. What is deleted by a mark is left out. */
export async function listKeys(
  entity: Entity,
  session: Session,
  { clock, size }: { readonly clock: string; readonly size: number },
  cursor: JsonValue | null,
  { withRecords, ...options }: ReadOptions & { readonly withRecords: boolean },
): Promise<KeysPage> {
  const at = cursor === null ? null : Cursor.safeParse(cursor);
  if (at?.success === false) throw new BadAnswer('the cursor of this pass was not written by this connector');
  // Counted once a pass: for the progress bar.
  const total = at?.data.total ?? (await count(entity, session));
  const keyset = { columns: [entity.key], after: at === null ? null : [at.data.after] };
  const { rows, more } = await readPage(entity, session, { clock, size, keyset, where: () => [], options: withRecords ? options : null });
  const keys = rows
    .filter((row) => !row.deleted)
    .map(({ key, record }) => ({ key, version: record.version, ...(withRecords ? { record } : {}) }));
  const last = rows.at(-1)?.key;
  return { keys, cursor: more && last !== undefined ? { after: last, total } : null, done: !more, total };
}

async function count({ from }: Entity, session: Session): Promise<number> {
  const { rows } = await session.query(`SELECT count(*) FROM ${from}`);
  return Number(rows[0]?.[0] ?? 0);
}
