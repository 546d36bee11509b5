import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { parse } from 'yaml';
import { alertsFile } from '../../alerts/file/alerts-file.js';
import { loadProject } from '../../config/load-project.js';
import { settingsSchema } from '../../config/settings.js';
import { sources } from '../../connectors/sources/index.js';
import { targets } from '../../connectors/targets/index.js';
import { alertsYaml, alertVariables } from './alerts-yaml.js';
import { askChoices } from './ask-choice.js';
import { firstProject } from './first-project.js';
import { sourceStarters } from './source-starters.js';
import { targetStarters } from './target-starters.js';
import { writeProject } from './write-project.js';

let dir: string;
beforeEach(async () => (dir = await mkdtemp(join(tmpdir(), 'pim2shop-init-'))));
afterEach(() => rm(dir, { recursive: true }));

const [source, target] = [sourceStarters[0], targetStarters[0]];
if (!source || !target) throw new Error('nothing to begin with');

/** The environment of somebody who filled in what .env.example names. */
async function filledIn(): Promise<Record<string, string>> {
  const lines = (await readFile(join(dir, '.env.example'), 'utf8')).split('\n').filter((line) => /^[A-Z]/.test(line));
  return Object.fromEntries(lines.map((line) => line.split(/=(.*)/).slice(0, 2)).map(([name, value]) => [name, value || 'filled-in']));
}

describe('a first project', () => {
  it('can be had for every connector there is', () => {
    expect(sourceStarters.map(({ id }) => id).sort()).toEqual(sources.map(({ id }) => id).sort());
    expect(targetStarters.map(({ id }) => id).sort()).toEqual(targets.map(({ id }) => id).sort());
  });

  const pairs = sourceStarters.flatMap((from) => targetStarters.map((to) => [from.id, to.id, { source: from, target: to }] as const));
  it.each(pairs)('from %s to %s has no mistake once the environment has what it names', async (_, __, choice) => {
    await writeProject(dir, firstProject(choice));
    const env = await filledIn();
    const loaded = await loadProject(join(dir, 'mappings'), { env, sources, targets, beside: [alertsFile] });
    expect(loaded).toMatchObject({ project: { pipelines: [{ data: { pipeline: 'products' } }] } });
    const compose = parse(await readFile(join(dir, 'docker-compose.yml'), 'utf8')) as {
      services: { pim2shop: { environment: Record<string, string> } };
    };
    // What is named in one place stands in the others.
    const passed = Object.keys(compose.services.pim2shop.environment);
    expect([...passed, 'POSTGRES_PASSWORD'].sort()).toEqual([...Object.keys(env), 'DATABASE_URL', 'PIM2SHOP_MAPPINGS'].sort());
    const known = [
      ...Object.keys(settingsSchema.shape),
      ...[choice.source.variables, choice.target.variables, alertVariables].flat().map(({ name }) => name),
    ];
    expect(passed.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('overwrites nothing: what is there is kept, and where mappings are there nothing is written', async () => {
    await writeFile(join(dir, 'README.md'), 'mine');
    const files = firstProject({ source, target });
    expect(await writeProject(dir, files)).toMatchObject({ kept: ['README.md'] });
    expect(await readFile(join(dir, 'README.md'), 'utf8')).toBe('mine');
    await rm(join(dir, '.env.example'));
    await expect(writeProject(dir, files)).rejects.toThrow(
      /has mappings\/connections\.yaml and mappings\/products\.yaml and mappings\/alerts\.yaml already/,
    );
    await expect(readFile(join(dir, '.env.example'))).rejects.toThrow('ENOENT');
  });
});

describe.each([
  ['of a first project', alertsYaml],
  ['that comes with the program', readFileSync('mappings/akeneo-to-magento/alerts.yaml', 'utf8')],
])('alerts.yaml %s', (_, text) => {
  it('is valid in an environment that has nothing, and tells nobody', () => {
    const read = alertsFile.read(text, {});
    if ('mistakes' in read) throw new Error(JSON.stringify(read.mistakes));
    expect(read.data.channels.size).toBe(0);
    expect(Object.values(read.data.rules).every(({ on }) => on)).toBe(true);
  });

  it('leads to a channel once that is uncommented', () => {
    const uncommented = text.replace(/^# (channels:| {2}team:)/gm, '$1');
    expect(alertsFile.read(uncommented, {})).toMatchObject({
      mistakes: [{ advice: expect.stringContaining('set SLACK_TEAM_WEBHOOK') as string }],
    });
    const read = alertsFile.read(uncommented, { SLACK_TEAM_WEBHOOK: 'https://hooks.slack.com/services/T0/B0/x' });
    expect(read).toMatchObject({ data: { routes: { critical: ['team'], warning: ['team'] } } });
  });
});

describe('questions', () => {
  const ask = async (typed: string): Promise<{ answer: string[] | null; shown: string }> => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const answers = ['akeneo', 'sql'].map((id) => ({ id, title: id }));
    input.end(typed);
    const answer = await askChoices(
      ['Where from?', 'Where to?'].map((text) => ({ text, answers })),
      input,
      output,
    );
    return { answer, shown: String(output.read()) };
  };

  it.each([
    ['2\n1\n', ['sql', 'akeneo']],
    ['SQL\nsql\n', ['sql', 'sql']],
    ['\n\n', ['akeneo', 'akeneo']],
    ['9\nsqll\nsql\n2\n', ['sql', 'sql']],
    ['2\n', null],
    ['', null],
  ])('answered with %j', async (typed, answer) => {
    expect(await ask(typed)).toMatchObject({ answer });
  });
});

it('the command asks nobody where nobody sits at a terminal, and says what to say', () => {
  const cli = join(__dirname, '../../../dist/src/cli.js');
  const run = (...words: string[]): ReturnType<typeof spawnSync> =>
    spawnSync(process.execPath, [cli, 'init', dir, ...words], { encoding: 'utf8' });
  expect(run('--source', 'sql')).toMatchObject({ stderr: expect.stringMatching(/^say --target file\|magento2, or --yes/) as string });
  expect(run('--source', 'sql', '--yes', '--json')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('mappings/products.yaml') as string,
  });
  const filled = {
    ...process.env,
    SOURCE_DATABASE_URL: 'postgresql://reader@127.0.0.1/pim',
    MAGENTO_URL: 'https://shop.example.com',
    MAGENTO_TOKEN: 'x',
  };
  const validate = spawnSync(process.execPath, [cli, 'validate', '--mappings', join(dir, 'mappings')], { env: filled, encoding: 'utf8' });
  expect(validate).toMatchObject({ status: 0, stderr: '' });
});
