import { heapOfListing } from '../../../../test/kit/describe-source/index.js';
import { onEachServer } from '../../../../test/kit/sql-source/index.js';
import { silentTools } from '../../../../test/kit/silent-tools.js';
import { sql } from './index.js';

const rows = 100_000;

onEachServer('a listing of 100,000 rows', (scratch, family) => {
  it('holds no more at its end than at a quarter of it', async () => {
    const series = family === 'postgres' ? `generate_series(1, ${rows}) AS n(seq)` : `seq_1_to_${rows}`;
    await scratch().run(
      'CREATE TABLE item (id int PRIMARY KEY, title varchar(400))',
      `INSERT INTO item SELECT seq, repeat('x', 300) FROM ${series}`,
    );
    const source = await sql.open(sql.config.parse({ url: scratch().url, entities: { item: { table: 'item', key: 'id' } } }), silentTools);
    const needs = { attributes: null, fields: ['title'], locales: null, channels: null };
    const { listed, early, late } = await heapOfListing(source, 'item', needs, rows);
    expect(listed).toBe(rows);
    // All of them are some forty megabytes.
    expect(late - early).toBeLessThan(8_000_000);
    await source.close?.();
  }, 120_000);
});
