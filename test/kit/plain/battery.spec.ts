import { createHash } from 'node:crypto';
import { Unavailable } from '../../../src/connectors/contract/index.js';
import { describeSource } from '../describe-source/index.js';
import { PlainPim } from './plain-pim.js';

describeSource('the plain PIM', () => {
  const pim = new PlainPim();
  let added = 0;
  const stamped = (stamp: number, save: () => void) => {
    const now = pim.clock;
    pim.clock = stamp;
    save();
    pim.clock = now;
  };
  return Promise.resolve({
    // It keeps nothing of its own between two requests: a source opened later is the same one.
    open: () => Promise.resolve(pim),
    entity: 'product',
    needs: { attributes: null, fields: [], locales: null, channels: null },
    pageSize: pim.pageSize,
    maxKeys: 100,
    clock: { now: () => pim.clock, advance: (ms) => void (pim.clock += ms) },
    keys: () => [...pim.rows.keys()],
    add: (text) => {
      // Anywhere in the order of keys.
      const key = createHash('sha1')
        .update(String((added += 1)))
        .digest('hex');
      pim.put(key, { text });
      return key;
    },
    edit: (key, text) => pim.edit(key, { text }),
    editLate: (key, text, stamp) => stamped(stamp, () => pim.edit(key, { text })),
    remove: (key) => pim.remove(key),
    textOf: ({ fields }) => (typeof fields.text === 'string' ? fields.text : null),
    expireCursors: () => undefined,
    fail: () => {
      pim.onRequest = () => {
        throw new Unavailable('the PIM is down');
      };
      return () => (pim.onRequest = () => undefined);
    },
    close: () => Promise.resolve(),
  });
});
