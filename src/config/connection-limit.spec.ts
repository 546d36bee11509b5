import { sources } from '../connectors/sources/index.js';
import { targets } from '../connectors/targets/index.js';
import { loadConnections, type Connections } from './load-connections.js';

const load = (limit: string, connector = 'couchdb', rest = 'url: http://127.0.0.1:1\n    database: pim'): Connections =>
  loadConnections(`connections:\n  pim:\n    connector: ${connector}\n    limit: ${limit}\n    ${rest}\n`, {}, { sources, targets });
const problems = (...what: Parameters<typeof load>): string[] =>
  load(...what).mistakes.map(({ file, line, problem }) => `${file}:${line} ${problem}`);

describe('a limit of a connection', () => {
  it('is read, for a source and for a target, and kept apart from the connector', () => {
    const shop = load('8', 'magento2', 'url: http://127.0.0.1:1\n    token: secret').connections.get('pim');
    expect([shop?.limit, shop?.config]).toEqual([8, { url: 'http://127.0.0.1:1', token: 'secret' }]);
  });

  it.each(['0', '1.5', 'many'])('of %s is a mistake, named where it stands', (limit) => {
    expect(problems(limit)).toEqual(expect.arrayContaining([expect.stringMatching(/^connections\.yaml:4 /) as string]));
  });

  it('is refused where nobody would keep it: by a connector that does not ask before its requests', () => {
    expect(problems('8', 'file', 'path: out.jsonl')).toEqual([expect.stringMatching(/^connections\.yaml:4 .*limit/) as string]);
  });
});
