import type { Sql } from '../../src/database/sql.js';
import { claim } from '../../src/queue/sql/claim.js';
import { enqueue } from '../../src/queue/sql/enqueue.js';
import { intend } from '../../src/queue/sql/intend.js';
import { settle } from '../../src/queue/sql/settle.js';
import { documentKey, documentOf, hashOf, leaseMs, place, type Side } from './work.js';

/** The program's own statements, as its workers call them. */
export function ours(sql: Sql): Side {
  const { pipeline, connection, feed, size } = place;
  return {
    name: 'pim2shop',
    async enqueue(keys, version, moves) {
      const { moved } = await enqueue(sql, {
        cause: 'delta',
        entries: keys.map((key) => ({
          pipeline,
          key,
          kind: 'updated',
          version: { id: String(version), order: version, closed: true },
          priority: 0,
          changedFields: [],
        })),
        hold: 100,
        pass: null,
        run: null,
        move: { feed, expectedMoves: moves, leaseToken: 1, cursor: { page: moves }, position: version, underWay: false },
      });
      if (!moved) throw new Error('the cursor was not where it was left');
    },
    async batch(worker, version) {
      const { entries, readNumber } = await claim(sql, { pipeline, worker, leaseMs, limit: size, mapping: 1 });
      if (entries.length === 0) return 0;
      const documents = entries.map(({ key, revision, token }) => ({
        entityKey: key,
        revision,
        token,
        documentKey: documentKey(key),
        resource: 'product',
        store: 'all',
        state: 'live' as const,
        hash: hashOf(key, version),
        address: key,
        takeFrom: null,
        readNumber,
      }));
      const sends = await intend(sql, { connection, pipeline, mapping: 1, documents });
      const numbers = new Map(sends.flatMap((send) => (send.kind === 'send' ? [[send.documentKey, send] as const] : [])));
      const result = await settle(sql, {
        connection,
        pipeline,
        mapping: 1,
        documents: documents.flatMap(({ entityKey, documentKey: key, hash }) => {
          const send = numbers.get(key);
          if (send === undefined) return [];
          return [
            {
              documentKey: key,
              sendNumber: send.sendNumber,
              result: 'acknowledged' as const,
              hash,
              refDigest: null,
              text: JSON.stringify(documentOf(entityKey, version)),
              targetId: entityKey,
              named: send.named && send.targetId === entityKey,
              address: entityKey,
              takenDown: null,
            },
          ];
        }),
        entries: entries.map(({ key, revision, token }) => ({
          key,
          revision,
          token,
          disposition: { kind: 'done' as const },
          error: null,
          skipped: [],
        })),
      });
      return result.settled.length;
    },
  };
}
