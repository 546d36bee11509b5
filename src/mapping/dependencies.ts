import type { ReferenceStrength } from '../model/document.js';
import type { PipelineFile } from './pipeline-file.js';
import type { FieldRule, StepsRule } from './rule-schema.js';
import { prerequisitesOf } from './schedules-of.js';

/** A reference some field of a pipeline makes to another pipeline's entities. */
export interface Dependency {
  readonly pipeline: string;
  readonly strength: ReferenceStrength;
  /** Where it is written in the file. */
  readonly at: readonly PropertyKey[];
}

/** Every reference a pipeline file makes, in the file's order. */
export function referencesOf(file: PipelineFile): Dependency[] {
  return Object.entries(file.data.fields).flatMap(([field, rule]) => [
    ...callReferences(rule, ['fields', field]),
    ...stepReferences(rule, ['fields', field]),
  ]);
}

function callReferences(rule: FieldRule, at: readonly PropertyKey[]): Dependency[] {
  return Object.entries(rule.refs ?? {}).map(([pipeline, strength]) => ({ pipeline, strength, at: [...at, 'refs', pipeline] }));
}

function stepReferences(rule: StepsRule, at: readonly PropertyKey[]): Dependency[] {
  const own: Dependency[] =
    rule.ref === undefined ? [] : [{ pipeline: rule.ref, strength: rule.strong ? 'strong' : 'weak', at: [...at, 'ref'] }];
  return rule.each ? [...own, ...stepReferences(rule.each, [...at, 'each'])] : own;
}

/** Names of the pipelines this one refers to, itself not among them, of this strength. */
function targetsOf(file: PipelineFile, strength: ReferenceStrength): string[] {
  const names = referencesOf(file).filter((one) => one.strength === strength && one.pipeline !== file.data.pipeline);
  return [...new Set(names.map((one) => one.pipeline))];
}

/** A circle of strong references through this pipeline, as names; null where there is none. Within one pipeline a tree is no circle. */
export function strongCycle(file: PipelineFile, files: readonly PipelineFile[]): string[] | null {
  const start = file.data.pipeline;
  const walk = (name: string, trail: readonly string[]): string[] | null => {
    const next = files.find((one) => one.data.pipeline === name);
    for (const target of next ? targetsOf(next, 'strong') : []) {
      if (target === start) return [...trail, target];
      const found = trail.includes(target) ? null : walk(target, [...trail, target]);
      if (found) return found;
    }
    return null;
  };
  return walk(start, [start]);
}

/**
 * A circle of what waits for each other (`dependsOn`, and strong references) that begins with this pipeline's waiting for another, as
 * names; null where there is none, or another of its members is the one to tell of it.
 */
export function waitingCycle(file: PipelineFile, other: string, files: readonly PipelineFile[]): string[] | null {
  const start = file.data.pipeline;
  const waitedFor = (name: string): string[] => {
    const one = files.find(({ data }) => data.pipeline === name);
    return one ? [...prerequisitesOf(one.data).map(({ pipeline }) => pipeline), ...targetsOf(one, 'strong')] : [];
  };
  const walk = (name: string, trail: readonly string[]): string[] | null => {
    if (name === start) return [...trail, name];
    if (trail.includes(name)) return null;
    for (const next of waitedFor(name)) {
      const found = walk(next, [...trail, name]);
      if (found) return found;
    }
    return null;
  };
  const cycle = other === start ? null : walk(other, [start]);
  const declares = (name: string): boolean => files.some(({ data }) => data.pipeline === name && prerequisitesOf(data).length > 0);
  return cycle && [...cycle].filter(declares).sort()[0] === start ? cycle : null;
}

/**
 * Which pipelines run before which, by name. Strong references always count; what is waited for, and weak ones, wherever they
 * close no circle, in the order of the files: a category goes before its products, though a product
 * does not wait for it.
 */
export function runningOrder(files: readonly PipelineFile[]): ReadonlyMap<string, readonly string[]> {
  const known = new Set(files.map((file) => file.data.pipeline));
  const before = new Map<string, string[]>(
    files.map((file) => [file.data.pipeline, targetsOf(file, 'strong').filter((name) => known.has(name))]),
  );
  for (const file of files) {
    for (const target of [...prerequisitesOf(file.data).map(({ pipeline }) => pipeline), ...targetsOf(file, 'weak')]) {
      const own = before.get(file.data.pipeline) ?? [];
      if (known.has(target) && !own.includes(target) && !reaches(target, file.data.pipeline, before)) own.push(target);
    }
  }
  return before;
}

function reaches(from: string, to: string, before: ReadonlyMap<string, readonly string[]>, seen = new Set<string>()): boolean {
  if (from === to) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  return (before.get(from) ?? []).some((next) => reaches(next, to, before, seen));
}
