import { attribute, compiled, fieldsOf, mistakesOf, pipelineFile, record, structure, value } from '../../test/kit/mapping/scene.js';
import { runningOrder } from './dependencies.js';
import { targetCode } from './expand-wildcard.js';

const attributes = [
  attribute('sku', 'identifier'),
  attribute('Name', 'text', { labels: { en_US: 'Name', de_DE: 'Bezeichnung' } }),
  attribute('price', 'price'),
  attribute('msrp', 'price'),
  attribute('weight', 'metric', { unit: 'KILOGRAM' }),
  attribute('depth', 'metric', { unit: 'CENTIMETER' }),
  attribute('diagonal', 'metric', { unit: 'INCH' }),
  attribute('wireless', 'boolean'),
  attribute('waterproof', 'boolean'),
  attribute('released', 'date', { scopable: true }),
  attribute('text', 'textarea', { localizable: true, labels: { en_US: 'Text' } }),
  attribute('ports', 'number'),
  attribute('Color', 'select'),
  attribute('styles', 'multiselect'),
  attribute('photo', 'image'),
  attribute('manual', 'file'),
  attribute('records', 'other'),
];
const pim = structure(attributes, {
  families: [
    { code: 'tv', labels: {}, attributes: ['sku', 'name', 'diagonal'] },
    { code: 'mug', labels: {}, attributes: ['sku', 'name', 'color'] },
  ],
  familyVariants: [{ code: 'v', family: 'tv', axes: ['DIAGONAL', 'waterproof', 'color'] }],
});

const wildcard = 'fields:\n  name: { from: values.name }\n  custom_attributes.*: { from: values.*, except: [price], boolean: number }\n';

describe('values.*', () => {
  it('becomes one field for every attribute that nothing else reads, by its type, in the order of the codes', () => {
    const pipeline = compiled(wildcard, { structure: pim });
    expect(pipeline.owned).toEqual([
      'name',
      ...['color', 'depth', 'diagonal', 'msrp', 'ports', 'released', 'styles', 'text', 'waterproof', 'weight', 'wireless'].map(
        (code) => `custom_attributes.${code}`,
      ),
    ]);
    const labels = { red: { en_US: 'Red' } };
    const mapped = pipeline.map(
      record(
        {},
        {
          Color: [value('red', { labels })],
          depth: [value({ amount: '1.5', unit: 'METER' })],
          diagonal: [value({ amount: '32.5000', unit: 'INCH' })],
          msrp: [value([{ amount: '9.90', currency: 'EUR' }])],
          ports: [value('3')],
          released: [value('2024-05-06T00:00:00+00:00', { channel: 'print' })],
          styles: [value(['red', 'blue'], { labels })],
          text: [value('words', { locale: 'en_US' })],
          waterproof: [value(true)],
          weight: [value({ amount: 250, unit: 'GRAM' })],
          wireless: [value(false)],
        },
      ),
    );
    const option = (attribute: string, label: string) => ({ $option: { attribute, label, labels: { de: label } } });
    expect(fieldsOf(mapped).all).toEqual({
      'custom_attributes.color': option('color', 'Red'),
      'custom_attributes.depth': 150,
      'custom_attributes.diagonal': option('diagonal', '32.5 in'),
      'custom_attributes.msrp': 9.9,
      'custom_attributes.ports': 3,
      'custom_attributes.released': '2024-05-06',
      'custom_attributes.styles': [option('styles', 'Red'), option('styles', 'blue')],
      'custom_attributes.text': 'words',
      'custom_attributes.waterproof': option('waterproof', 'Yes'),
      'custom_attributes.weight': 0.25,
      'custom_attributes.wireless': 0,
    });
  });

  it('does not depend on the order in which the source lists its attributes', () => {
    const turned = structure([...attributes].reverse(), { families: pim.families, familyVariants: pim.familyVariants });
    expect(compiled(wildcard, { structure: turned }).owned).toEqual(compiled(wildcard, { structure: pim }).owned);
    expect(compiled(wildcard, { structure: turned }).hash).toBe(compiled(wildcard, { structure: pim }).hash);
  });

  it('gives way to a field that is written out', () => {
    const pipeline = compiled('fields:\n  custom_attributes.color: { value: x }\n  custom_attributes.*: { from: values.* }', {
      structure: pim,
    });
    expect(fieldsOf(pipeline.map(record({}, { Color: [value('red')] }))).all).toEqual({ 'custom_attributes.color': 'x' });
  });

  it('refuses two attributes that would be one field', () => {
    const twins = structure([attribute('a-b', 'text'), attribute('a_b', 'text')]);
    expect(mistakesOf('fields:\n  x.*: { from: values.* }', { structure: twins })).toEqual([
      expect.stringContaining('the attributes a-b and a_b both become x.a_b') as string,
    ]);
  });

  it('makes codes that Magento accepts', () => {
    expect(['Main Color', '3d_view', 'ÄÖ'].map(targetCode)).toEqual(['main_color', 'a_3d_view', 'a___']);
    const long = targetCode('x'.repeat(100));
    expect([long.length, long.slice(0, 52), long === targetCode('x'.repeat(101))]).toEqual([60, `${'x'.repeat(51)}_`, false]);
  });
});

describe('what is derived from a mapping', () => {
  const pipeline = compiled(`when: { enabled: true }\n${wildcard}  links: { call: f, reads: [associations, values.price] }\n`, {
    structure: pim,
    functions: { f: () => undefined },
  });

  it('the needs: attributes as the source spells them, fields, locales and channels', () => {
    expect(pipeline.needs).toEqual({
      attributes: [
        'Color',
        'Name',
        'depth',
        'diagonal',
        'msrp',
        'ports',
        'price',
        'released',
        'styles',
        'text',
        'waterproof',
        'weight',
        'wireless',
      ],
      fields: ['associations', 'enabled'],
      locales: ['en_US', 'de_DE'],
      channels: ['print'],
    });
  });

  it('the plan: kind, labels by store, store scope, axes and families of every custom attribute', () => {
    const plan = new Map(pipeline.plan.attributes.map((one) => [one.field.replace('custom_attributes.', ''), one]));
    expect(Object.fromEntries([...plan].map(([field, { kind }]) => [field, kind]))).toEqual({
      color: 'option',
      depth: 'number',
      diagonal: 'option',
      msrp: 'price',
      ports: 'number',
      released: 'date',
      styles: 'options',
      text: 'textarea',
      waterproof: 'option',
      weight: 'number',
      wireless: 'boolean',
    });
    expect(plan.get('text')).toMatchObject({ perStore: true, axis: false, labels: { all: 'Text', de: 'Text' }, groups: [] });
    expect(plan.get('diagonal')).toMatchObject({
      perStore: false,
      axis: true,
      labels: { all: 'diagonal', de: 'diagonal' },
      groups: ['tv'],
    });
    expect(plan.get('color')).toMatchObject({ axis: true, groups: ['mug'] });
    expect(pipeline.plan.groups).toEqual(['mug', 'tv']);
  });

  it('the hash: another rule, structure, table, function or scope is another mapping, another schedule is none', () => {
    const table = { t: { a: 1 } };
    const base = compiled('fields:\n  a: { from: b, table: t }', { tables: table }).hash;
    const others = [
      compiled('fields:\n  a: { from: c, table: t }', { tables: table }),
      compiled('fields:\n  a: { from: b, table: t }', { tables: { t: { a: 2 } } }),
      compiled('when: { x: 1 }\nfields:\n  a: { from: b, table: t }', { tables: table }),
      compiled('maxText: 1KB\nfields:\n  a: { from: b, table: t }', { tables: table }),
    ];
    expect(new Set([base, ...others.map((one) => one.hash)]).size).toBe(5);
    const schedule = 'delta: { every: 5m }\nbatch: { items: 7 }\n# a remark\nfields:\n  a: { from: b, table: t }';
    expect(compiled(schedule, { tables: table }).hash).toBe(base);
    const calls = (body: () => number) => compiled('fields:\n  a: { call: f }', { functions: { f: body } }).hash;
    expect(calls(() => 1)).not.toBe(calls(() => 2));
    expect(compiled('fields:\n  a: { from: values.name }', { structure: pim }).hash).not.toBe(
      compiled('fields:\n  a: { from: values.name }', { structure: structure([attribute('name', 'text', { localizable: true })]) }).hash,
    );
  });
});

describe('a file that does not fit the source', () => {
  it('is told all its mistakes, with places and what to write instead', () => {
    const text = `
pipeline: p
source: { connection: pim, entity: product }
target: { connection: shop, resource: product }
scopes:
  - { store: all, locale: en_UK, channel: prnt, currency: GBP }
  - { store: de, locale: xx_XX, channel: Print, inherits: all }
fields:
  name: { from: values.nmae }
  weight: { from: values.weight }
  ports: { from: [identifier, values.ports], unit: KILOGRAM }
  color: { from: values.color, options: color }
  styles: { from: values.styles, option: styles }
  below: { from: document.above }
  other: { from: values.other, optional: true }
  above: { value: 1 }
  x.*: { from: values.*, except: [prize] }
`;
    expect(mistakesOf(text, { structure: pim })).toEqual([
      '6:34 the source has no channel prnt → did you mean print?',
      '6:19 the source has no locale en_UK → did you mean en_US?',
      '6:49 the source has no currency GBP → known: EUR, USD',
      '7:18 the source has no locale xx_XX on its channel print → known: en_US, de_DE, fr_FR',
      '17:35 the source has no attribute prize → leave it out (or `optional: true`)',
      '9:11 the source has no attribute nmae → did you mean Name? (or `optional: true` where not every PIM has it)',
      '10:13 weight is a metric (amount and unit) → add `unit: KILOGRAM`, or `readable: true`',
      '11:46 ports is a number, which has no unit → leave out `unit`',
      '12:32 Color is a select, which is one value → write `option: color`',
      '13:34 styles is a multiselect: a list of options → write `options: styles`',
      '14:12 no field above stands above this one → known: weight, ports, color, styles',
    ]);
  });

  it('leaves out optional fields whose attributes this PIM lacks', () => {
    const pipeline = compiled(
      'fields:\n  a: { from: values.nothing, optional: true }\n  b: { from: [values.nothing, values.name], optional: true }\n  c: { all: [document.a, document.b], slug: true }',
      { structure: pim },
    );
    expect(pipeline.owned).toEqual(['b', 'c']);
    expect(pipeline.needs.attributes).toEqual(['Name']);
    expect(fieldsOf(pipeline.map(record({}, { Name: [value('A Name')] }))).all).toEqual({ b: 'A Name', c: 'a-name' });
  });

  it('finds values by what they carry where the source tells no structure', () => {
    const pipeline = compiled('fields:\n  name: { from: values.label }');
    const label = [value('any'), value('Stühle', { locale: 'de_DE' })];
    expect(fieldsOf(pipeline.map(record({}, { label })))).toEqual({ all: { name: 'any' }, de: { name: 'Stühle' } });
    expect(mistakesOf('fields:\n  x.*: { from: values.* }')).toEqual([expect.stringContaining('does not tell its attributes') as string]);
  });
});

describe('queue.watch', () => {
  const head = (watch: string): string =>
    `pipeline: things\nsource: { connection: pim, entity: product }\ntarget: { connection: shop, resource: product }\nscopes: [{ store: all }]\nwhen: { enabled: true, sellable: { call: sellable, reads: [values.ports] } }\nqueue: { watch: ${watch} }\nfields:\n`;
  const fields = '  name: { from: [values.Name, values.title] }\n  up: { all: [associations.UPSELL.products] }\n';

  const functions = { sellable: () => true };

  it('watches the paths it names and what `when` asks for; without it, everything', () => {
    expect(compiled(head('[values.name, associations]') + fields, { functions }).queue.watch).toEqual([
      'values.name',
      'associations',
      'enabled',
      'values.ports',
    ]);
    expect(compiled(`fields:\n${fields}`).queue.watch).toBeNull();
  });

  it('takes what nothing reads for mistyped, and what is no path of the source for wrong, each with its line', () => {
    expect(mistakesOf(head('\n  [values.nmae, assocations,\n  document.name, key, a b]') + fields, { functions })).toEqual([
      '7:4 values.nmae is watched, and nothing in this file reads it → did you mean values.Name?',
      '7:17 assocations is watched, and nothing in this file reads it → did you mean associations?',
      '8:3 document.name cannot be watched → write a plain field (identifier, categories) or values.<attribute code>',
      '8:18 key cannot be watched → write a plain field (identifier, categories) or values.<attribute code>',
      '8:23 a b cannot be watched → write a plain field (identifier, categories) or values.<attribute code>',
    ]);
    expect(mistakesOf(`${head('[values.anything]')}  c.*: { from: values.* }\n`, { structure: pim, functions })).toEqual([]);
  });

  it('makes another mapping: what is watched from now on may have changed before', () => {
    const hashes = ['[values.name]', '[values.title]', '[values.name]'].map((watch) => compiled(head(watch) + fields, { functions }).hash);
    expect(hashes[0]).not.toBe(hashes[1]);
    expect(hashes[0]).toBe(hashes[2]);
  });
});

describe('the order of pipelines', () => {
  const file = (name: string, fields: string) =>
    pipelineFile(
      `pipeline: ${name}\nsource: { connection: a, entity: b }\ntarget: { connection: c, resource: d }\nscopes: [{ store: all }]\nfields:\n${fields}`,
      `${name}.yaml`,
    );
  const ref = (to: string, strong = false) => `  to_${to}: { from: a, ref: ${to}${strong ? ', strong: true' : ''} }\n`;

  it('follows strong references always, and weak ones where they close no circle', () => {
    const files = [
      file('models', ref('products') + ref('categories')),
      file('products', ref('models', true) + ref('products') + ref('categories')),
      file('categories', ref('categories', true)),
    ];
    expect(Object.fromEntries(runningOrder(files))).toEqual({ models: ['categories'], products: ['models', 'categories'], categories: [] });
  });
});
