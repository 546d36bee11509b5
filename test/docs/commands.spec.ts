import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommanderError, type Command } from 'commander';
import { parse } from 'yaml';
import { createProgram } from '../../src/cli/program.js';
import { settingsSchema } from '../../src/config/settings.js';
import { markdownFiles, readMarkdown, shownCommands, type ShownCommand } from '../kit/markdown/index.js';
import { repositoryRoot } from '../kit/stand-in/index.js';

const root = repositoryRoot();
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
const compose = parse(read('docker-compose.yml'), { merge: true }) as { readonly services: Readonly<Record<string, object>> };
const mappings = ['mappings', 'examples'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => read(join(folder, name))),
);
const pipelines = new Set(mappings.flatMap((text) => /^pipeline: (\S+)/m.exec(text)?.[1] ?? []));
const variables = new Set([
  ...Object.keys(settingsSchema.shape),
  ...[...mappings, read('docker-compose.yml')].flatMap((text) => [...text.matchAll(/\$\{([A-Z0-9_]+)/g)].map(([, name]) => name)),
  ...[...read('scripts/test.mjs').matchAll(/process\.env\.([A-Z0-9_]+)/g)].map(([, name]) => name),
]);

/** What a reader replaces by his own: PIPELINE, DIR, NAME. */
const isPlaceholder = (word: string): boolean => /^[A-Z][A-Z0-9_-]*$/.test(word);

/** What is wrong with the words of a `pim2shop`, or null. The program's own parser is asked, without running anything. */
function wrongForProgram(words: readonly string[]): string | null {
  const program = createProgram();
  const silent = { writeOut: () => undefined, writeErr: () => undefined };
  const [name = '', ...after] = words;
  if (name === '--help') return null;
  const group: Command | undefined = program.commands.find((one) => one.name() === name);
  if (!group) return `there is no command ${name}`;
  const [verb, ...others] = after;
  const isGroup = group.commands.length > 0;
  // Without a word after it, `queue` lists.
  const command = isGroup
    ? group.commands.find((one) => one.name() === (verb === undefined || verb.startsWith('-') ? 'list' : verb))
    : group;
  if (!command) return `${name} has no ${verb}`;
  const rest = isGroup && verb !== undefined && !verb.startsWith('-') ? others : after;
  command.exitOverride().configureOutput(silent);
  const placeholders = new Map([['--state', 'dead']]);
  const filled = rest.map((word, index) => (isPlaceholder(word) ? (placeholders.get(rest[index - 1] ?? '') ?? '1') : word));
  try {
    const { operands, unknown } = command.parseOptions(filled);
    if (unknown.length > 0) return `${name} does not know ${unknown.join(' ')}`;
    const wanted = command.registeredArguments.filter((argument) => argument.required).length;
    if (operands.length < wanted || operands.length > command.registeredArguments.length)
      return `${name} takes ${wanted} arguments, not ${operands.length}`;
  } catch (error) {
    if (error instanceof CommanderError) return error.message;
    throw error;
  }
  return wrongNames(name, rest);
}

function wrongNames(name: string, words: readonly string[]): string | null {
  const [pipeline = ''] = words;
  if (['sync', 'pause', 'resume'].includes(name) && !pipeline.startsWith('-') && !isPlaceholder(pipeline) && !pipelines.has(pipeline))
    return `there is no pipeline ${pipeline}`;
  const after = (flag: string): string | undefined => words[words.indexOf(flag) + 1];
  const chosen = words.includes('--pipeline') ? after('--pipeline') : undefined;
  if (chosen !== undefined && !isPlaceholder(chosen) && !pipelines.has(chosen)) return `there is no pipeline ${chosen}`;
  const dir = words.includes('--mappings') ? after('--mappings') : undefined;
  if (dir !== undefined && !isPlaceholder(dir) && !existsSync(join(root, dir, 'connections.yaml')))
    return `there is no mappings folder ${dir}`;
  return null;
}

/** As jest takes it: a part of the path of some spec. */
function isSpec(part: string): boolean {
  const specs = ['src', 'test', 'demo'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  return specs.some((name) => name.endsWith('.spec.ts') && name.includes(part));
}

function wrongForNpm([verb = '', script = '', ...rest]: readonly string[]): string | null {
  if (verb === 'ci') return null;
  if (verb === 'test') return script === '' || (script === '--' && rest.every(isSpec)) ? null : `no spec is called ${rest.join(' ')}`;
  if (verb === 'start' && script === '' && 'start' in scripts) return null;
  if (verb !== 'run') return `npm ${verb} is not known here`;
  const run = scripts[script];
  if (run === undefined) return `there is no script ${script}`;
  const [separator, ...args] = rest;
  if (separator !== undefined && separator !== '--') return `npm takes ${separator} for its own: write -- before it`;
  const source = (/\S+\.m?js/.exec(run)?.[0] ?? 'package.json').replace(/^dist\/(.*)\.js$/, '$1.ts');
  const text = read(source);
  const unknown = args.filter((word) => word.startsWith('--') && !text.includes(`'${word} `) && !text.includes(`'${word}'`));
  if (unknown.length > 0) return `${source} does not know ${unknown.join(' ')}`;
  const [bench = ''] = args;
  return script === 'bench' && !isPlaceholder(bench) && !existsSync(join(root, 'bench', bench)) ? `there is no bench ${bench}` : null;
}

function wrongForCompose(words: readonly string[]): string | null {
  const [option, profile = '', ...others] = words;
  const profiles = Object.values(compose.services).flatMap(
    (service) => (service as { readonly profiles?: readonly string[] }).profiles ?? [],
  );
  if (option === '--profile' && !profiles.includes(profile)) return `there is no profile ${profile}`;
  return wrongVerb(option === '--profile' ? others : words);
}

function wrongVerb([verb = '', ...rest]: readonly string[]): string | null {
  if (!['up', 'down', 'run', 'exec', 'logs', 'stop', 'start', 'ps', 'build'].includes(verb))
    return `docker compose ${verb} is not known here`;
  const scaled = rest.flatMap((word, index) => (rest[index - 1] === '--scale' ? [word.split('=')[0] ?? ''] : []));
  const unknown = scaled.find((name) => !(name in compose.services));
  if (unknown !== undefined) return `there is no service ${unknown}`;
  const at = rest.findIndex((word, index) => !word.startsWith('-') && rest[index - 1] !== '--scale');
  const [service, ...words] = at < 0 ? [] : rest.slice(at);
  if (service === undefined) return null;
  if (!(service in compose.services)) return `there is no service ${service}`;
  return verb === 'run' && service === 'cli' ? wrongForProgram(words) : null;
}

/** Commands that are not ours, and of which nothing can go out of date. */
const notOurs = new Set(['cp', 'git', 'curl', 'pg_dump', 'pg_restore', 'psql', 'createdb', 'gzip']);

function wrong({ words, environment }: ShownCommand): string | null {
  const unset = environment.filter((name) => !variables.has(name));
  if (unset.length > 0) return `nothing reads ${unset.join(', ')}`;
  const [program = '', ...rest] = words;
  if (program === '' || notOurs.has(program)) return null;
  if (program === 'npm') return wrongForNpm(rest);
  if (program === 'pim2shop') return wrongForProgram(rest);
  if (program === 'npx' && rest[0] === 'pim2shop') return wrongForProgram(rest.slice(1));
  if (program === 'docker' && rest[0] === 'compose') return wrongForCompose(rest.slice(1));
  if (program === 'node')
    return existsSync(join(root, (rest[0] ?? '').replace(/^dist\/(.*)\.js$/, '$1.ts'))) ? null : `there is no ${rest[0]}`;
  return `nobody checks what ${program} does`;
}

const mistakesIn = (commands: readonly ShownCommand[]): string[] =>
  commands.flatMap((command) => {
    const found = wrong(command);
    return found === null ? [] : [`${command.at}: ${command.text}: ${found}`];
  });

describe('commands in the documentation', () => {
  it('are ones the program, npm and the compose file know, with options they take', () => {
    const commands = markdownFiles().flatMap(shownCommands);
    expect(commands.length).toBeGreaterThan(15);
    expect(mistakesIn(commands)).toEqual([]);
  });

  it.each([
    ['npx pim2shop sink products-magento', 'there is no command sink'],
    ['npx pim2shop sync products-magento --fully', 'sync does not know --fully'],
    ['npx pim2shop sync', 'sync takes 1 arguments, not 0'],
    ['npx pim2shop sync products-shopware', 'there is no pipeline products-shopware'],
    ['npx pim2shop queue --state dread', 'Allowed choices are'],
    ['npx pim2shop status --mappings mappings', 'status does not know --mappings'],
    ['npx pim2shop validate --mappings mappings/none', 'there is no mappings folder mappings/none'],
    ['npm test -- test/flow/nowhere', 'no spec is called test/flow/nowhere'],
    ['npm run czech', 'there is no script czech'],
    ['npm run demo -- --csv x', 'demo/main.ts does not know --csv'],
    ['npm run bench -- journeys', 'there is no bench journeys'],
    ['docker compose run --rm cli sync products-magento --fully', 'sync does not know --fully'],
    ['docker compose logs pim', 'there is no service pim'],
    ['docker compose up --scale works=3', 'there is no service works'],
    ['docker compose --profile monitor up', 'there is no profile monitor'],
    ['PIM2SHOP_LEASES=1 npx pim2shop status', 'nothing reads PIM2SHOP_LEASES'],
    ['yarn install', 'nobody checks what yarn does'],
  ])('would be told of %s', (line, mistake) => {
    expect(mistakesIn(shownCommands(readMarkdown('x.md', `\`\`\`sh\n${line} # why\n\`\`\`\n`)))).toEqual([
      expect.stringContaining(mistake) as string,
    ]);
  });
});
