import { sources } from '../connectors/sources/index.js';
import { targets } from '../connectors/targets/index.js';
import { loadConnections, type Connections } from './load-connections.js';

const load = (breaker: string, connector = 'file', rest = 'path: out.jsonl'): Connections =>
  loadConnections(`connections:\n  shop:\n    connector: ${connector}\n    ${rest}\n    breaker: ${breaker}\n`, {}, { sources, targets });
const problems = (...what: Parameters<typeof load>): string[] =>
  load(...what).mistakes.map(({ file, line, problem }) => `${file}:${line} ${problem}`);

describe('a breaker below a target', () => {
  it('is read with its defaults, and kept apart from the connector', () => {
    const shop = load('{ failures: 3, longest: 1m }').connections.get('shop');
    expect(shop?.breaker).toEqual({ failures: 3, first: 5_000, longest: 60_000 });
    expect(shop?.config).toEqual({ path: 'out.jsonl' });
  });

  it('has its mistakes named where they stand', () => {
    expect(problems('{ failures: 0, often: true }')).toEqual([
      expect.stringMatching(/^connections\.yaml:5 /) as string,
      expect.stringMatching(/^connections\.yaml:5 .*often/) as string,
    ]);
  });

  it('is not for a source, which nothing is sent to', () => {
    expect(problems('{ failures: 3 }', 'couchdb', 'url: http://127.0.0.1:1')).toEqual(
      expect.arrayContaining([expect.stringMatching(/^connections\.yaml:5 .*breaker/) as string]),
    );
  });
});
