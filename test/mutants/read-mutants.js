// The planted mutants, from the YAML files beside this one. CommonJS, because jest reads it before it can compile anything.
const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { parse } = require('yaml');

/** @returns {{ mutant: string, rule: string, edits: { file: string, replace: string, with: string }[], caughtBy: Record<string, string[]> }[]} */
exports.readMutants = () =>
  readdirSync(__dirname)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .flatMap((name) => parse(readFileSync(join(__dirname, name), 'utf8')));
