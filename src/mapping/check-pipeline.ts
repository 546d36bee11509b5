import { checkRelated } from './check-related.js';
import { checkPrerequisites, checkSchedules } from './check-schedules.js';
import { checkWhen } from './check-when.js';
import type { MappingFunctions } from './functions.js';
import { strongCycle, referencesOf } from './dependencies.js';
import { didYouMean } from './did-you-mean.js';
import { parsePath, pathAdvice } from './path.js';
import type { PipelineFile } from './pipeline-file.js';
import { checkWatch } from './check-watch.js';
import { checkScopes } from './resolve-scopes.js';
import type { FieldRule, StepsRule } from './rule-schema.js';
import type { Tables } from './transform.js';
import { table, transforms } from './transforms/index.js';

type Report = (path: readonly PropertyKey[], problem: string, advice: string) => void;

const targetField = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*(\.\*)?$/;
const sources = ['from', 'all', 'value', 'call'] as const;
const makers = ['option', 'options', 'ref', 'asset'] as const;

/** What else the project has; what could not be read is not held against a file that names it. */
export interface KnownBeside {
  /** Null where a file of functions could not be read. */
  readonly functions: MappingFunctions | null;
  /** Null where a table could not be read. */
  readonly tables: Tables | null;
  /** All pipeline files could be read. */
  readonly complete: boolean;
}

/** What is wrong with a pipeline file by itself and beside the others, before the source is asked for its structure. */
export function checkPipeline(file: PipelineFile, files: readonly PipelineFile[], known: KnownBeside, report: Report): void {
  const { data } = file;
  checkScopes(data.scopes, report);
  checkSchedules(data, report);
  checkWhen(data.when ?? {}, known.functions, report);
  checkRelated(data, report);
  for (const [field, rule] of Object.entries(data.fields)) {
    if (!targetField.test(field))
      report(['fields', field], `${field} is no name of a field`, 'write names of a–z, 0–9 and _, joined by dots');
    checkRule(field, rule, known, (path, ...rest) => report(['fields', field, ...path], ...rest));
  }
  checkWatch(data, report);
  checkReferences(file, files, known.complete, report);
  checkPrerequisites(file, files, known.complete, report);
}

function checkRule(field: string, rule: FieldRule, known: KnownBeside, report: Report): void {
  const given = sources.filter((keyword) => rule[keyword] !== undefined);
  if (given.length === 0) report([], `nothing says where ${field} comes from`, 'write one of from, all, value, call');
  if (given.length > 1)
    report([given[1] ?? ''], `${given.join(' and ')} both say where ${field} comes from`, 'write one of from, all, value, call');
  const made = makers.filter((keyword) => rule[keyword] !== undefined);
  if (made.length > 1) report([made[1] ?? ''], `${made.join(' and ')} make different things of one value`, 'write one of them');
  if (rule.note && rule.default === undefined)
    report(['note'], 'a note is said when a default has to be used, and there is none', 'add `default`, or leave out `note`');
  if (rule.strong !== undefined && rule.ref === undefined)
    report(['strong'], '`strong` belongs to a `ref`', 'leave it out, or write `ref`');
  checkCall(rule, known.functions, report);
  checkPaths(rule, report);
  checkSteps(rule, known.tables, [], report);
  checkWildcard(field, rule, report);
}

function checkPaths(rule: FieldRule, report: Report): void {
  for (const keyword of ['from', 'all', 'reads'] as const) {
    const written = rule[keyword] ?? [];
    if (typeof written === 'string') {
      if (written !== 'values.*' && parsePath(written) === null) report([keyword], `${written} is no path`, pathAdvice);
    } else {
      written.forEach((path, index) => {
        if (parsePath(path) === null) report([keyword, index], `${path} is no path`, pathAdvice);
      });
    }
  }
}

/** Compiles every step for its mistakes alone. */
function checkSteps(rule: StepsRule, tables: Tables | null, at: readonly PropertyKey[], report: Report): void {
  if (rule.each) checkSteps(rule.each, tables, [...at, 'each'], report);
  for (const transform of transforms) {
    const option = (rule as Readonly<Record<string, unknown>>)[transform.keyword];
    if (option === undefined || (tables === null && transform === table)) continue;
    transform.compile(option, { tables: tables ?? {}, strong: false, mistake: (...words) => report([...at, transform.keyword], ...words) });
  }
}

function checkCall(rule: FieldRule, functions: MappingFunctions | null, report: Report): void {
  if (rule.call !== undefined && functions !== null && !functions.has(rule.call)) {
    report(['call'], `there is no function ${rule.call} in functions/`, didYouMean(rule.call, [...functions.keys()]));
  }
  for (const keyword of ['reads', 'refs'] as const) {
    if (rule.call === undefined && rule[keyword] !== undefined)
      report([keyword], `\`${keyword}\` belongs to a \`call\``, 'leave it out, or write `call`');
  }
}

function checkWildcard(field: string, rule: FieldRule, report: Report): void {
  const [target, source] = [field.endsWith('.*'), rule.from === 'values.*'];
  if (target && !source) report(['from'], `${field} stands for many fields, and only values.* is that many`, 'write `from: values.*`');
  if (source && !target)
    report(['from'], 'values.* is many values, and this is one field', 'write a field that ends in `.*`, such as custom_attributes.*');
  if (rule.except && !source) report(['except'], '`except` belongs to `from: values.*`', 'leave it out');
}

function checkReferences(file: PipelineFile, files: readonly PipelineFile[], complete: boolean, report: Report): void {
  const names = files.map((one) => one.data.pipeline);
  for (const { pipeline, at } of referencesOf(file)) {
    if (complete && !names.includes(pipeline)) report(at, `there is no pipeline ${pipeline}`, didYouMean(pipeline, names));
  }
  const cycle = strongCycle(file, files);
  // Told once, for the first of its members.
  if (!cycle || [...cycle].sort()[0] !== file.data.pipeline) return;
  const at = referencesOf(file).find((one) => one.strength === 'strong' && one.pipeline === cycle[1])?.at ?? ['fields'];
  report(at, `strong references make a circle: ${cycle.join(' → ')}`, 'make one of them weak: what is in a circle would wait for itself');
}
