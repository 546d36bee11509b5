import { createHash } from 'node:crypto';
import { articles } from '../../examples/articles/index.js';
import { describeHttpSource, standInLine } from '../kit/describe-source/index.js';
import { startArticlesPim } from '../kit/examples/index.js';
import { silentTools } from '../kit/silent-tools.js';

describeHttpSource('the example source', async () => {
  const pageSize = 10;
  const pim = await startArticlesPim({ pageSize });
  const article = (title: string) => ({ number: '1', title, price: null, related: [] });
  let added = 0;
  return {
    open: () => articles.open({ url: pim.url, token: pim.token }, silentTools),
    entity: 'article',
    needs: { attributes: null, fields: [], locales: null, channels: null },
    pageSize,
    maxKeys: articles.limits.maxKeys,
    concurrency: articles.limits.concurrency,
    clock: { now: pim.now, advance: pim.passTime },
    keys: () => [...pim.articles.keys()],
    add: (text) => {
      // Anywhere in the order of keys.
      const key = createHash('sha1')
        .update(`${(added += 1)}`)
        .digest('hex');
      pim.put(key, article(text));
      return key;
    },
    edit: (key, text) => pim.put(key, article(text)),
    editLate: (key, text, stamp) => pim.put(key, article(text), stamp),
    remove: (key) => pim.remove(key),
    textOf: ({ fields }) => (typeof fields.title === 'string' ? fields.title : null),
    // A cursor is a key and a time: there is nothing the PIM could forget.
    expireCursors: () => undefined,
    fail: () => pim.faults.add({ kind: 'body', body: '<html>maintenance</html>', times: Infinity }).remove,
    // The token signs each request: there is nowhere to sign in.
    line: standInLine(pim, { records: /^\/articles/, 'sign-in': /^\/nowhere/ }),
    item: (key, text) => `{"id":${key},"changed":"2026-01-01T00:00:00Z","number":"1","title":${text},"price":null,"related":[]}`,
    serves: pim.serves,
    close: () => pim.close(),
  };
});
