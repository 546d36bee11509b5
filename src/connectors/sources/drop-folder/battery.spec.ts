import { createHash } from 'node:crypto';
import { describeSource } from '../../../../test/kit/describe-source/index.js';
import { Supplier } from '../../../../test/kit/drop-folder/index.js';
import { silentTools } from '../../../../test/kit/silent-tools.js';
import { dropFolderConfig } from './config.js';
import { DropFolderSource } from './drop-folder-source.js';
import { dropFolder } from './index.js';

const head = 'text;key;gone\r\n';

describeSource('a drop folder', () => {
  const supplier = new Supplier();
  const texts = new Map<string, string>();
  const pageSize = 10;
  let [clock, sent] = [Date.UTC(2026, 0, 1), 0];
  const say = (key: string, text: string, gone = false): void => {
    supplier.drop(`delta-${String((sent += 1)).padStart(6, '0')}.csv`, `${head}"${text}";"${key}";${gone}\r\n`);
  };
  supplier.drop('all.csv', head);
  const config = dropFolderConfig.parse({
    folder: supplier.folder,
    format: 'csv',
    delimiter: ';',
    entities: { product: { full: 'all.csv', delta: 'delta-*.csv', key: 'key', deletedWhen: { field: 'gone', is: 'true' } } },
  });
  return Promise.resolve({
    open: () => Promise.resolve(new DropFolderSource(config, silentTools, { pageSize, now: () => clock })),
    entity: 'product',
    needs: { attributes: null, fields: [], locales: null, channels: null },
    pageSize,
    maxKeys: dropFolder.limits.maxKeys,
    sequence: true,
    clock: { now: () => clock, advance: (ms: number) => void (clock += ms) },
    keys: () => [...texts.keys()],
    add: (text: string) => {
      const key = createHash('sha1')
        .update(`${texts.size} ${(sent += 1)}`)
        .digest('hex');
      texts.set(key, text);
      say(key, text);
      return key;
    },
    edit: (key: string, text: string) => {
      texts.set(key, text);
      say(key, text);
    },
    // A file has no time of its own: it counts from when it is there.
    editLate: (key: string, text: string) => say(key, text),
    remove: (key: string) => {
      texts.delete(key);
      say(key, '', true);
    },
    textOf: ({ fields }) => (typeof fields.text === 'string' ? fields.text : null),
    // A cursor is a number of a file and a place in it.
    expireCursors: () => undefined,
    fail: () => supplier.unmount(),
    close: () => Promise.resolve(supplier.close()),
  });
});
