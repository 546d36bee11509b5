import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { record } from '../../test/kit/mapping/scene.js';
import type { SourceDefinition, TargetDefinition } from '../connectors/contract/index.js';
import { compileProject } from './compile-project.js';
import { formatMistakes } from './format-mistakes.js';
import { loadProject, type LoadedProject } from './load-project.js';

const never = (): never => {
  throw new Error('no connector is opened to read a configuration');
};
const limits = { maxKeys: 10, concurrency: 1, maxItems: 10, maxBytes: 1000 };
const pim: SourceDefinition = {
  id: 'pim',
  title: 'A PIM',
  config: z.object({
    url: z.url().describe('url: the address, https://…'),
    secret: z.string().min(8),
    pages: z.coerce.number().default(10),
  }),
  entities: ['product', 'category'],
  related: ['family'],
  limits,
  open: never,
};
const shop: TargetDefinition = {
  id: 'shop',
  title: 'A shop',
  config: z.object({ path: z.string() }),
  resources: ['product', 'category'],
  limits,
  open: never,
};

const connections = `connections:
  a: { connector: pim, url: '\${URL}', secret: '\${SECRET}', pages: '\${PAGES:-25}' }
  b: { connector: shop, path: '/x/\${NAME:-y}' }
`;
const env = { URL: 'http://pim.example', SECRET: 'swordfish-1' };
const pipeline = (name: string, fields: string, more = '') =>
  `pipeline: ${name}\nsource: { connection: a, entity: product }\ntarget: { connection: b, resource: product }\nscopes:\n  - { store: all, locale: en_US }\n${more}fields:\n${fields}`;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'pim2shop-mappings-'));
});
afterEach(() => rm(dir, { recursive: true }));

async function load(files: Readonly<Record<string, string>>, environment: Readonly<Record<string, string>> = env): Promise<LoadedProject> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), text);
  }
  return loadProject(dir, { env: environment, sources: [pim], targets: [shop] });
}

async function mistakesOf(files: Readonly<Record<string, string>>, environment?: Readonly<Record<string, string>>): Promise<string[]> {
  const loaded = await load(files, environment);
  return 'mistakes' in loaded
    ? loaded.mistakes.map(({ file, line, column, problem, advice }) => `${file}:${line}:${column} ${problem} → ${advice}`)
    : [];
}

describe('loadProject', () => {
  it('reads connections, pipelines, tables and functions', async () => {
    const loaded = await load({
      'connections.yaml': connections,
      'things.yaml': pipeline('things', '  color: { from: color, table: colors }\n  code: { call: shout, reads: [code] }\n'),
      'things.test.yaml': 'not: a pipeline',
      'tables/colors.yaml': 'r: Red\n"*": Other\n',
      'functions/words.ts':
        "import type { X } from './none.js';\nexport const shout = (record: X) => String(record.get('code')).toUpperCase();\n",
    });
    if ('mistakes' in loaded) throw new Error(formatMistakes(loaded.mistakes));
    const { project } = loaded;
    expect(project.connections.get('a')).toMatchObject({
      connector: 'pim',
      config: { url: 'http://pim.example', secret: 'swordfish-1', pages: 25 },
      source: pim,
      target: null,
    });
    expect(project.connections.get('b')).toMatchObject({ config: { path: '/x/y' }, source: null, target: shop });
    const result = compileProject(project, new Map());
    const [things] = 'pipelines' in result ? result.pipelines : [];
    expect(things?.map(record({ color: 'R', code: 'abc' }))).toMatchObject({ documents: [{ fields: { color: 'Red', code: 'ABC' } }] });
  });

  it('tells every mistake of every file in one list', async () => {
    const loaded = await load({
      'connections.yaml':
        "connections:\n  a: { connector: pim, url: 'no address', secret: short, pagse: 3 }\n  b: { connector: shopp, path: 1 }\n",
      'broken.yaml': 'pipeline: broken\nfields: [1\nscopes: 2\n',
      'a.yaml': pipeline(
        'things',
        '  one: { from: a, form: b }\n  two: {}\n  three: { from: a, value: 1 }\n  four: { from: values.a.b }\n  five: { from: a, table: colours }\n  six: { from: a, unit: KILOGRAMM }\n  seven: { call: shuot }\n  eight: { from: a, ref: thinks }\n  nine: { from: a, number: two }\n',
        'delta: { every: 1 minute }\nfull: { at: "61 3 * * *" }\ndeletes: { policy: remove, unpublished: hide, recyled: keep }\n',
      ),
      'b.yaml': pipeline(
        'things',
        '  two: {}\n  three: { from: a, value: 1 }\n  four: { from: values.a.b }\n  seven: { call: shuot }\n  eight: { from: a, ref: thinks }\n  x.*: { from: a }\n  nine: { from: a, note: { code: x, message: y } }\n',
        'when: { constructor.name: 1 }\n',
      ),
      'c.yaml': pipeline('things', '  a: { value: 1 }\n'),
      'tables/colors.yaml': 'red: [1]\n',
      'functions/words.ts': 'export const shout = (record) => 1;\nexport const loud = 3;\n',
      'functions/reads.ts': "import { readFileSync } from 'node:fs';\nexport const read = () => readFileSync('x', 'utf8');\n",
      'functions/typo.ts': 'export const typo = (record => ;\n',
    });
    expect('mistakes' in loaded && formatMistakes(loaded.mistakes)).toMatchInlineSnapshot(`
     "28 mistakes in the mappings:
       a.yaml:6:10  every: it is no span of time
           → write a span of time between two deltas: 30s, 1m, 2h
       a.yaml:7:9  at: it is no schedule: Field value (61) is out of range
           → write a cron expression: minute hour day month weekday, such as '0 3 * * *' for every night at three
       a.yaml:8:12  policy cannot be this
           → known: delete, disable, archive, keep, ignore
       a.yaml:8:28  unpublished cannot be this
           → known: delete, disable, archive, keep, ignore
       a.yaml:8:47  unknown key recyled
           → did you mean recycled?
       a.yaml:10:19  unknown key form
           → did you mean from?
       a.yaml:11:3  nothing says where two comes from
           → write one of from, all, value, call
       a.yaml:12:21  from and value both say where three comes from
           → write one of from, all, value, call
       a.yaml:13:11  values.a.b is no path
           → write a plain field (identifier, associations.UPSELL.products), values.<attribute code>, document.<field> or key
       a.yaml:15:19  KILOGRAMM is no unit code
           → did you mean KILOGRAM?
       a.yaml:18:20  number is a string, which it cannot be
           → write how many decimals (0 to 10), or true to keep them as they are
       b.yaml:1:1  a.yaml has a pipeline things too
           → give one of them another name
       b.yaml:6:9  constructor.name is no path
           → write a plain field (identifier, associations.UPSELL.products), values.<attribute code>, document.<field> or key
       b.yaml:8:3  nothing says where two comes from
           → write one of from, all, value, call
       b.yaml:9:21  from and value both say where three comes from
           → write one of from, all, value, call
       b.yaml:10:11  values.a.b is no path
           → write a plain field (identifier, associations.UPSELL.products), values.<attribute code>, document.<field> or key
       b.yaml:13:10  x.* stands for many fields, and only values.* is that many
           → write \`from: values.*\`
       b.yaml:14:20  a note is said when a default has to be used, and there is none
           → add \`default\`, or leave out \`note\`
       broken.yaml:3:1  Flow sequence in block collection must be sufficiently indented and end with a ]
           → correct the YAML; indentation and quotes are the usual causes
       c.yaml:1:1  a.yaml has a pipeline things too
           → give one of them another name
       connections.yaml:2:24  url: Invalid URL
           → write url: the address, https://…
       connections.yaml:2:43  secret: Too small: expected string to have >=8 characters
           → write a value as schemas/ describes it
       connections.yaml:2:58  unknown key pagse
           → did you mean pages?
       connections.yaml:3:8  there is no connector shopp
           → did you mean shop?
       functions/reads.ts:1:1  imports node:fs: a mapping function imports nothing but types
           → correct the file: it exports functions by name, (record, scope) => value
       functions/typo.ts:1:1  Expression expected
           → correct the file: it exports functions by name, (record, scope) => value
       functions/words.ts:1:1  exports loud, which is no function
           → correct the file: it exports functions by name, (record, scope) => value
       tables/colors.yaml:1:1  red is a list, which it cannot be
           → write a text, number or boolean"
    `);
  });

  it('checks what a file names beside it', async () => {
    const files = {
      'connections.yaml': connections,
      'a.yaml': pipeline(
        'one',
        '  a: { from: x, table: colours }\n  b: { from: x, each: { unit: KILOGRAMM } }\n  c: { call: shuot }\n  d: { from: x, ref: onee }\n  e: { all: [values.a.b] }\n',
      ),
      'tables/colors.yaml': 'red: Red\n',
      'functions/words.ts': 'export const shout = () => 1;\n',
    };
    expect(await mistakesOf(files)).toMatchInlineSnapshot(`
     [
       "a.yaml:7:17 there is no table colours → did you mean colors?",
       "a.yaml:8:25 KILOGRAMM is no unit code → did you mean KILOGRAM?",
       "a.yaml:9:8 there is no function shuot in functions/ → did you mean shout?",
       "a.yaml:11:14 values.a.b is no path → write a plain field (identifier, associations.UPSELL.products), values.<attribute code>, document.<field> or key",
       "a.yaml:10:17 there is no pipeline onee → did you mean one?",
     ]
    `);
  });

  it('checks connections and what they offer', async () => {
    const files = {
      'connections.yaml': connections,
      'a.yaml': pipeline('one', '  a: { value: 1 }\n')
        .replace('connection: a', 'connection: aa')
        .replace('resource: product', 'resource: produkt'),
      'b.yaml': pipeline('two', '  a: { value: 1 }\n')
        .replace('connection: a', 'connection: b')
        .replace('connection: b, resource', 'connection: a, resource'),
      'c.yaml': pipeline('three', '  a: { value: 1 }\n').replace('entity: product', 'entity: kategorie'),
    };
    expect(await mistakesOf(files)).toMatchInlineSnapshot(`
     [
       "a.yaml:2:11 there is no connection aa → did you mean a?",
       "a.yaml:3:26 shop has no resource produkt → did you mean product?",
       "b.yaml:2:11 the connector shop of b is no source → name a connection whose connector is a source",
       "b.yaml:3:11 the connector pim of a is no target → name a connection whose connector is a target",
       "c.yaml:2:26 pim has no entity kategorie → did you mean category?",
     ]
    `);
  });

  it('checks what is related: an entity of the source, or one of which it tells only that it changed', async () => {
    const related = (entity: string) => pipeline('one', '  a: { value: 1 }\n', `related: [{ entity: ${entity}, from: x }]\n`);
    const mistakes = (entity: string) => mistakesOf({ 'connections.yaml': connections, 'a.yaml': related(entity) });
    expect([await mistakes('category'), await mistakes('family')]).toEqual([[], []]);
    expect(await mistakes('familiy')).toEqual(['a.yaml:6:13 a cannot tell changes of familiy → did you mean family?']);
  });

  it('refuses strong references in a circle, and scopes that inherit from nothing or themselves', async () => {
    const scopes =
      '  - { store: de, locale: de_DE, inherits: at }\n  - { store: at, inherits: de }\n  - { store: ch, inherits: al }\n  - { store: all }\n';
    const files = {
      'connections.yaml': connections,
      'a.yaml': pipeline('one', '  a: { from: x, ref: two, strong: true }\n', scopes),
      'b.yaml': pipeline('two', '  a: { call: f, refs: { three: strong } }\n'),
      'c.yaml': pipeline('three', '  a: { from: x, each: { ref: one, strong: true } }\n'),
      'functions/f.ts': 'export const f = () => undefined;\n',
    };
    expect(await mistakesOf(files)).toMatchInlineSnapshot(`
     [
       "a.yaml:6:33 the store de inherits from itself → leave out \`inherits\` in one scope: that one is the base",
       "a.yaml:7:18 the store at inherits from itself → leave out \`inherits\` in one scope: that one is the base",
       "a.yaml:8:18 there is no scope for the store al → did you mean all?",
       "a.yaml:9:7 the store all has two scopes → give every store one scope",
       "a.yaml:11:17 strong references make a circle: one → two → three → one → make one of them weak: what is in a circle would wait for itself",
     ]
    `);
  });

  it('tells what is wrong with schedules, each mistake once', async () => {
    const files = {
      'connections.yaml': connections,
      'a.yaml': pipeline(
        'one',
        '  a: { value: 1 }\n',
        "delta: { every: 1m, at: '0 * * * *', jitter: 2m }\nfull: { timezone: Europe/Berlin }\nsweep: { every: 1h, timezone: UTC }\nblackout:\n  - { from: '08:00', to: '08:00' }\ndependsOn: [one, tow, { pipeline: two, atMost: 30m }]\n",
      ),
      'b.yaml': pipeline('two', '  a: { value: 1 }\n', 'dependsOn: [three]\n'),
      'c.yaml': pipeline('three', '  a: { from: x, ref: one, strong: true }\n'),
      'd.yaml': pipeline('four', '  a: { value: 1 }\n', 'full: { every: 0m }\ndependsOn: [two]\n'),
    };
    expect(await mistakesOf(files)).toMatchInlineSnapshot(`
     [
       "a.yaml:6:21 every and at both say when → write one of them",
       "a.yaml:6:38 jitter is as long as every, or longer → write a shorter one: a start must not be later than the next",
       "a.yaml:7:1 nothing says when a full is due → write \`every\` or \`at\`",
       "a.yaml:7:9 \`timezone\` belongs to \`at\` → leave it out, or write \`at\` instead of \`every\`",
       "a.yaml:8:21 \`timezone\` belongs to \`at\` → leave it out, or write \`at\` instead of \`every\`",
       "a.yaml:10:22 it ends when it begins → write '00:00' and '24:00' for a whole day",
       "a.yaml:11:13 one cannot wait for itself → leave it out",
       "a.yaml:11:18 there is no pipeline tow → did you mean two?",
       "a.yaml:11:23 they wait for each other: one → two → three → one → leave one of them out: none of them would ever begin",
       "d.yaml:6:9 every is no time at all → write a span of time: 30s, 1m, 2h",
     ]
    `);
  });

  it('tells what is no time, no time zone and no day', async () => {
    const more =
      "full: { at: '0 0 30 2 *', timezone: Europe/Berln }\nblackout:\n  - { days: [monday], from: '8:00', to: '25:00' }\ndependsOn: [{ pipelin: two }]\n";
    const files = { 'connections.yaml': connections, 'a.yaml': pipeline('one', '  a: { value: 1 }\n', more) };
    expect(await mistakesOf(files)).toMatchInlineSnapshot(`
     [
       "a.yaml:6:9 at: it is no schedule: it names no time that ever comes → write a cron expression: minute hour day month weekday, such as '0 3 * * *' for every night at three",
       "a.yaml:6:27 timezone: there is no such time zone → write a time zone such as Europe/Berlin; the process's where not said",
       "a.yaml:8:14 0 cannot be this → known: mon, tue, wed, thu, fri, sat, sun",
       "a.yaml:8:23 from: it is no time of day → write a time of day: '08:00', '20:30'",
       "a.yaml:8:37 to: it is no time of day → write a time of day: '08:00', '20:30'",
       "a.yaml:9:13 0 is a map, which it cannot be → write pipelines whose full pass, or sweep, goes first where it is due: a list of names, or of { pipeline, atMost }",
     ]
    `);
  });

  it('names a missing variable and never shows one that is there', async () => {
    const files = { 'connections.yaml': connections };
    expect(await mistakesOf(files, { URL: 'http://x.example' })).toEqual([
      'connections.yaml:2:47 the environment has no variable SECRET → set SECRET, or write ${SECRET:-default} here',
    ]);
    const shown = await mistakesOf({ 'connections.yaml': connections.replace('connector: pim', "connector: '${SECRET}'") }, env);
    expect(shown).toEqual(['connections.yaml:2:8 there is no connector *** → known: pim, shop']);
  });

  it('has the secret of what is called after runs from the environment, and nothing but a secret', async () => {
    const secret = `whsec_${Buffer.from('a secret of this test, long enough').toString('base64')}`;
    const file = (name: string): Readonly<Record<string, string>> => ({
      'connections.yaml': connections,
      'p.yaml': pipeline('p', '  sku: { from: identifier }\n', `after: { url: 'http://shop.example/purge', secret: ${name} }\n`),
    });
    const loaded = await load(file('PURGE'), { ...env, PURGE: secret });
    if (!('project' in loaded)) throw new Error(formatMistakes(loaded.mistakes));
    expect(loaded.project.after.get('p')).toEqual({ url: 'http://shop.example/purge', secret });
    expect(await mistakesOf(file('PURGE'))).toEqual([expect.stringMatching(/^p\.yaml:6:\d+.*the environment has no variable PURGE/)]);
    const [weak = ''] = await mistakesOf(file('PURGE'), { ...env, PURGE: 'open-sesame' });
    expect(weak).toMatch(/what PURGE has is no such secret/);
    expect(weak).not.toContain('open-sesame');
    expect(await mistakesOf(file('purge'))).toHaveLength(1);
  });

  it('says what to do where there is no connections.yaml', async () => {
    expect(await mistakesOf({ 'a.yaml': 'x: 1' })).toEqual([
      expect.stringContaining('has no connections.yaml → name the folder') as string,
    ]);
  });
});
