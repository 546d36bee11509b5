import { createHash } from 'node:crypto';
import type { Mistake } from '../model/mistake.js';
import type { SourceRecord } from '../model/record.js';
import { checkPipeline } from './check-pipeline.js';
import { typeMistake } from './check-types.js';
import { Compilation } from './compilation.js';
import { compileRule, type CompiledField } from './compile-rule.js';
import { compileRelated, type Uses } from './compile-related.js';
import { compileWhen } from './compile-when.js';
import { runningOrder } from './dependencies.js';
import { derivePlan } from './derive-plan.js';
import { expandWildcards, type PlacedRule } from './expand-wildcard.js';
import { mapRecord, type CompiledMapping } from './map-record.js';
import type { CompileContext, PipelineFile } from './pipeline-file.js';
import type { Pipeline } from './pipeline.js';
import { matchScopes, resolveScopes } from './resolve-scopes.js';
import type { ResolvedScope } from './run.js';
import { blackoutsOf, prerequisitesOf, timingOf } from './schedules-of.js';
import { isCall, type When } from './when-schema.js';
import { heard, subscriptionOf } from './subscription.js';

/** Raised when the program maps the same file to other documents than before. */
const mappingVersion = 1;

export type CompiledPipeline = { readonly pipeline: Pipeline } | { readonly mistakes: readonly Mistake[] };

/** Compiles a pipeline file once, into closures; or says everything that is wrong with it. */
export function compilePipeline(file: PipelineFile, context: CompileContext): CompiledPipeline {
  const early = new Compilation(file, context, []);
  checkPipeline(
    file,
    context.pipelines,
    { functions: context.functions, tables: context.tables, complete: true },
    early.mistake.bind(early),
  );
  if (early.mistakes.length > 0) return { mistakes: early.mistakes };
  const compilation = new Compilation(file, context, scopesOf(file, context, early));
  const placed = Object.entries(file.data.fields).map(([path, rule]): PlacedRule => ({ path, rule, at: ['fields', path] }));
  const rules = expandWildcards(placed, compilation);
  const conditions = compileWhen(compilation);
  const uses = compileRelated(compilation);
  const fields = rules.flatMap((rule) => compileField(rule, compilation) ?? []);
  const [first, ...others] = compilation.scopes;
  const mistakes = [...early.mistakes, ...compilation.mistakes];
  if (mistakes.length > 0 || first === undefined) return { mistakes };
  const { data } = file;
  const mapping: CompiledMapping = {
    resource: data.target.resource,
    scopes: [first, ...others],
    conditions,
    fields,
    keyField: data.key ?? null,
    maxText: data.maxText,
  };
  return { pipeline: assemble(compilation, mapping, uses) };
}

function scopesOf(file: PipelineFile, context: CompileContext, early: Compilation): ResolvedScope[] {
  const scopes = resolveScopes(file.data.scopes);
  return context.structure ? matchScopes(scopes, file.data.scopes, context.structure, early.mistake.bind(early)) : scopes;
}

function compileField({ path, rule, at }: PlacedRule, compilation: Compilation): CompiledField | null {
  const field = compileRule(path, rule, at, compilation);
  if (field === null) {
    compilation.leftOut.add(path);
    return null;
  }
  compilation.positions.set(path, compilation.positions.size);
  for (const attribute of field.attributes) {
    const wrong = typeMistake(rule, attribute);
    if (wrong) compilation.mistake([...at, wrong.keyword], wrong.problem, wrong.advice);
  }
  return field;
}

function assemble(compilation: Compilation, mapping: CompiledMapping, uses: Uses): Pipeline {
  const { data } = compilation.file;
  if (data.key !== undefined) compilation.fields.add(data.key);
  const distinct = (values: readonly (string | null)[], beside: ReadonlySet<string>): string[] | null => {
    const found = values.filter((value) => value !== null);
    return found.length > 0 ? [...new Set([...found, ...beside])] : null;
  };
  return {
    ...subscriptionOf(data, compilation.context.inherits),
    target: data.target,
    scopes: mapping.scopes.map(({ store, locale, channel, currency, inherits }) => ({ store, locale, channel, currency, inherits })),
    delta: data.delta ? { ...timingOf(data.delta), strategy: data.delta.strategy ?? null, overlapMs: data.delta.overlap } : null,
    full: data.full ? timingOf(data.full) : null,
    sweep: data.sweep ? timingOf(data.sweep) : null,
    blackouts: blackoutsOf(data),
    maxLagMs: data.maxLag ?? null,
    waitsFor: prerequisitesOf(data),
    batch: data.batch ?? { items: 100, bytes: 1024 * 1024, concurrency: 1 },
    deletes: deletesOf(data.deletes),
    retry: data.retry
      ? { maxAttempts: data.retry.maxAttempts, settleLagMs: data.retry.settleLag }
      : { maxAttempts: 8, settleLagMs: 120_000 },
    dependsOn: runningOrder(compilation.context.pipelines).get(data.pipeline) ?? [],
    needs: {
      attributes: [...compilation.attributes].sort(),
      fields: [...compilation.fields].sort(),
      locales: distinct(
        mapping.scopes.map((scope) => scope.locale),
        compilation.locales,
      ),
      channels: distinct(
        mapping.scopes.map((scope) => scope.channel),
        compilation.channels,
      ),
    },
    plan: derivePlan(mapping.fields, compilation),
    owned: mapping.fields.map((field) => field.path),
    hash: hashOf(compilation, mapping),
    map: (record: SourceRecord) => mapRecord(mapping, record),
    uses,
  };
}

/**
 * Over everything that decides what `map` answers or what is queued, and nothing else: another schedule or batch size is no
 * other mapping. What becomes watched may have changed before (rule 16).
 */
function hashOf({ context, file }: Compilation, mapping: CompiledMapping): string {
  const { data } = file;
  const rules = mapping.fields.map(({ path, rule, attributes }) => ({
    path,
    rule,
    attributes: attributes.map(({ code, type, localizable, scopable, unit }) => ({ code, type, localizable, scopable, unit })),
    table: typeof rule.table === 'string' ? context.tables[rule.table] : undefined,
    tables: rule.each?.table !== undefined ? context.tables : undefined,
    function: rule.call === undefined ? undefined : context.functions.get(rule.call)?.hash,
  }));
  const inherits = heard(data, context.inherits);
  const decisive = {
    mappingVersion,
    target: data.target,
    scopes: mapping.scopes,
    when: data.when,
    ...judgesOf(data.when ?? {}, context),
    // Who uses what is written down when a record is mapped: of those mapped before nobody knows.
    related: data.related,
    inherits: inherits.length > 0 ? inherits : undefined,
    key: data.key,
    watch: data.queue?.watch,
    maxText: data.maxText,
    rules,
  };
  return createHash('sha256').update(JSON.stringify(decisive)).digest('hex');
}

function judgesOf(when: When, { functions }: Compilation['context']): { readonly judges?: readonly (string | undefined)[] } {
  const judges = Object.values(when).flatMap((asked) => (isCall(asked) ? [functions.get(asked.call)?.hash] : []));
  return judges.length > 0 ? { judges } : {};
}

/** Without a word on it nothing is taken down. What may go in a day is what may go in a run, where nothing else is said. */
function deletesOf(deletes: PipelineFile['data']['deletes']): Pipeline['deletes'] {
  const told = deletes ?? { policy: 'keep', maxPercent: 5, maxCount: 200, minListed: 1, maxShrinkPercent: 20 };
  return {
    ...told,
    maxPercentPerDay: deletes?.maxPercentPerDay ?? told.maxPercent,
    maxCountPerDay: deletes?.maxCountPerDay ?? told.maxCount,
  };
}
