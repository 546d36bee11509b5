// One jest project a mutant, and one without any: the same specs, the first must fail where the last passes.
const { dirname, join, resolve } = require('node:path');
const base = require('../../jest.config.js');
const { readMutants } = require('./read-mutants.js');

const root = resolve(__dirname, '../..');
const mutants = readMutants().filter(({ mutant }) => mutant.includes(process.env.MUTANTS ?? ''));
const asPattern = (parts) => parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');

/** The specs that catch, and of each only the tests that were named: `tests` is a pattern by spec. */
function project(displayName, caughtBy, edits) {
  const specs = Object.keys(caughtBy);
  return {
    displayName,
    rootDir: root,
    roots: [...new Set(specs.map((spec) => join(root, dirname(spec))))],
    testMatch: specs.map((spec) => join(root, spec)),
    testEnvironment: join(__dirname, 'environment.js'),
    testEnvironmentOptions: { tests: Object.fromEntries(specs.map((spec) => [join(root, spec), asPattern(caughtBy[spec])])) },
    transform: { '^.+\\.[tj]s$': [join(__dirname, 'transformer.js'), { root, edits }] },
    transformIgnorePatterns: base.transformIgnorePatterns,
    moduleNameMapper: base.moduleNameMapper,
    globalSetup: base.globalSetup.replace('<rootDir>', root),
    globalTeardown: base.globalTeardown.replace('<rootDir>', root),
  };
}

const everything = {};
for (const { caughtBy } of mutants)
  for (const [spec, parts] of Object.entries(caughtBy)) everything[spec] = [...new Set([...(everything[spec] ?? []), ...parts])];

module.exports = {
  rootDir: root,
  projects: [project('as it is', everything, []), ...mutants.map(({ mutant, caughtBy, edits }) => project(mutant, caughtBy, edits))],
  reporters: [join(__dirname, 'reporter.js')],
  maxWorkers: base.maxWorkers,
  testTimeout: 15_000,
};
