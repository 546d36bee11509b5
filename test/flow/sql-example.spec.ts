import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { openExample, type ExampleProject } from '../kit/example-project/index.js';
import { onEachServer } from '../kit/sql-source/index.js';

const cli = join(__dirname, '../../dist/src/cli.js');

onEachServer('the example for SQL', (scratch, family) => {
  let example: ExampleProject;
  const env = () => ({ ERP_URL: scratch().url, ERP_OWNER_URL: scratch().url });
  const pim2shop = (...args: string[]) =>
    spawnSync(process.execPath, [cli, 'source', 'install-triggers', ...args, '--mappings', 'examples/sql'], {
      env: { ...process.env, ...env(), ERP_LINES: 'unused.jsonl' },
      encoding: 'utf8',
    });
  const product = (number: number) => `INSERT INTO product VALUES ('p${number}', 'S-${number}', 'Product ${number}', 'live')`;

  beforeEach(async () => {
    const [text, instant] = family === 'postgres' ? ['text', 'timestamptz DEFAULT now()'] : ['varchar(100)', 'timestamp(6) DEFAULT NOW(6)'];
    await scratch().run(
      `CREATE TABLE product (id ${text} PRIMARY KEY, sku ${text}, name ${text}, status ${text})`,
      `CREATE TABLE product_category (product ${text}, category ${text}, position int)`,
      `CREATE TABLE category (id ${text} PRIMARY KEY, name ${text}, channel ${text}, changed_at ${instant})`,
      ...Array.from({ length: 250 }, (_, index) => product(index + 1)),
      `INSERT INTO product_category VALUES ('p7', 'shoes', 2), ('p7', 'new', 1)`,
      `INSERT INTO category (id, name, channel) VALUES ('shoes', 'Shoes', 'web'), ('tills', 'Tills', 'shop')`,
    );
    const { status, stderr } = pim2shop('erp', '--apply');
    expect([status, stderr]).toEqual([0, '']);
    example = await openExample('examples/sql', 'ERP_LINES', env());
  });

  afterEach(async () => {
    await example.close();
    await scratch().run('DROP TABLE product', 'DROP TABLE product_category', 'DROP TABLE category', 'DROP TABLE pim2shop_change');
  });

  it('brings every product over, then what changed and was deleted, without a full pass', async () => {
    expect(await example.sync('products-from-sql', 'full')).toMatchObject({
      state: 'completed',
      message: null,
      counts: { seen: 250, dead: 0 },
    });
    expect((await example.shown()).p7).toEqual({ sku: 'S-7', name: 'Product 7', categories: ['new', 'shoes'] });
    await scratch().run(
      `UPDATE product SET name = 'Another name' WHERE id = 'p7'`,
      product(251),
      `DELETE FROM product WHERE id = 'p8'`,
      `INSERT INTO product_category VALUES ('p9', 'sale', 1)`,
    );
    expect(await example.sync('products-from-sql', 'delta')).toMatchObject({ state: 'completed', counts: { seen: 4, dead: 0 } });
    const { p7, p8, p9, p251 } = await example.shown();
    expect([p7, p8]).toEqual([{ sku: 'S-7', name: 'Another name', categories: ['new', 'shoes'] }, undefined]);
    expect([p9, p251]).toMatchObject([{ categories: ['sale'] }, { sku: 'S-251', name: 'Product 251' }]);
    expect(await example.sync('products-from-sql', 'delta')).toMatchObject({ state: 'completed', counts: { seen: 0 } });
  });

  it('reads categories by a query and the time of their last edit, and takes down what the query leaves out', async () => {
    expect(await example.sync('categories-from-sql', 'full')).toMatchObject({ state: 'completed', counts: { seen: 1, dead: 0 } });
    expect(await example.shown()).toEqual({ shoes: { name: 'Shoes' } });
    const now = family === 'postgres' ? 'now()' : 'NOW(6)';
    await scratch().run(
      `UPDATE category SET name = 'All shoes', changed_at = ${now} WHERE id = 'shoes'`,
      `UPDATE category SET channel = 'web', changed_at = ${now} WHERE id = 'tills'`,
    );
    expect(await example.sync('categories-from-sql', 'delta')).toMatchObject({ state: 'completed', counts: { dead: 0 } });
    expect(await example.shown()).toEqual({ shoes: { name: 'All shoes' }, tills: { name: 'Tills' } });
    await scratch().run(`UPDATE category SET channel = 'shop' WHERE id = 'tills'`);
    expect(await example.sync('categories-from-sql', 'sweep')).toMatchObject({ state: 'completed', counts: { removed: 1 } });
    expect(await example.shown()).toEqual({ shoes: { name: 'All shoes' } });
  });

  it('shows the statements before it runs them, and runs them again without harm', () => {
    const shown = pim2shop('erp');
    expect([shown.status, shown.stdout]).toEqual([0, expect.stringContaining('CREATE TABLE IF NOT EXISTS')]);
    const { stdout } = pim2shop('erp', '--apply', '--json');
    const told = JSON.parse(stdout) as { readonly statements: readonly string[] };
    expect(told).toMatchObject({ connection: 'erp', applied: true });
    expect(shown.stdout).toBe(told.statements.map((statement) => `${statement};\n\n`).join(''));
  });

  it('says in one sentence what a connection is not', () => {
    expect(pim2shop('lines')).toMatchObject({ status: 2, stderr: expect.stringContaining('lines is no source') as string });
    expect(pim2shop('erpp')).toMatchObject({ status: 2, stderr: 'There is no connection "erpp": did you mean erp?\n' });
  });
});
