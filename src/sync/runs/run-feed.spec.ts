import { silentLog } from '../../logging/log.js';
import { until } from '../../../test/kit/until.js';
import { RunFeed } from './run-feed.js';

it('reads once for all who listen, and not at all while nobody does', async () => {
  const asked: unknown[] = [];
  const sql = {
    query: <Row extends object>(_text: string, [ids]: readonly unknown[] = []) => {
      asked.push(ids);
      return Promise.resolve((ids as number[]).map((id) => ({ id, progress: null }) as unknown as Row));
    },
  };
  const feed = new RunFeed(sql, silentLog, 5);
  const heard: string[] = [];
  const stops = ['a', 'b', 'c'].map((name) => feed.listen(name === 'c' ? 2 : 1, ({ id }) => heard.push(`${name}${id}`)));
  await until('everybody has heard twice', () => heard.length >= 6);
  expect(heard.slice(0, 3).sort()).toEqual(['a1', 'b1', 'c2']);
  expect(asked.length).toBeLessThan(heard.length);
  expect(asked[0]).toEqual([1, 2]);
  for (const stop of stops) stop();
  expect(feed.size).toBe(0);
  const before = asked.length;
  await until('time has gone by', () => new Promise((resolve) => setTimeout(() => resolve(true), 50)));
  expect(asked.length).toBeLessThanOrEqual(before + 1);
});
