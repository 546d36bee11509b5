import { createHash } from 'node:crypto';
import { compileFunction } from 'node:vm';
import { stripVTControlCharacters } from 'node:util';
import { transformSync } from '@swc/core';
import type { LoadedFunction, MappingFunction, MappingFunctions } from '../mapping/functions.js';
import type { Mistake } from '../model/mistake.js';
import type { FolderFile } from './read-folder.js';
import type { Position } from './yaml-file.js';

const start: Position = { line: 1, column: 1 };

/**
 * Compiles functions/*.ts and collects what they export. A file imports nothing but types: a function is
 * pure, so that the same record makes the same document wherever and whenever it is mapped.
 */
export function loadFunctions(files: readonly FolderFile[]): {
  readonly functions: MappingFunctions;
  readonly mistakes: readonly Mistake[];
} {
  const functions = new Map<string, LoadedFunction>();
  const mistakes: Mistake[] = [];
  const report = (file: FolderFile, place: Position, problem: string): void => {
    mistakes.push({
      file: file.file,
      ...place,
      problem,
      advice: 'correct the file: it exports functions by name, (record, scope) => value',
    });
  };
  for (const file of files) {
    try {
      const hash = createHash('sha256').update(file.text).digest('hex');
      for (const [name, run] of Object.entries(evaluate(file))) {
        const other = functions.get(name);
        if (!isFunction(run)) report(file, start, `exports ${name}, which is no function`);
        else if (other) report(file, start, `exports ${name}, which ${other.file} exports too`);
        else functions.set(name, { name, file: file.file, hash, run });
      }
    } catch (error) {
      const said = saidBy(error);
      report(file, placeIn(said), firstSentence(said));
    }
  }
  return { functions, mistakes };
}

/** Runs a file and answers what it exports. */
function evaluate({ file, text }: FolderFile): Readonly<Record<string, unknown>> {
  const { code } = transformSync(text, {
    filename: file,
    configFile: false,
    swcrc: false,
    module: { type: 'commonjs' },
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
  });
  const exported: Record<string, unknown> = {};
  const refuse = (name: string): never => {
    throw new Error(`imports ${name}: a mapping function imports nothing but types`);
  };
  compileFunction(code, ['exports', 'require', 'module'], { filename: file })(exported, refuse, { exports: exported });
  return exported;
}

function isFunction(value: unknown): value is MappingFunction {
  return typeof value === 'function';
}

/** Errors may come from another realm, where `instanceof Error` does not hold; swc's come in colours. */
function saidBy(error: unknown): string {
  const said = error !== null && typeof error === 'object' && 'message' in error ? String(error.message) : String(error);
  return stripVTControlCharacters(said);
}

/** swc marks its sentence with a cross, and draws the place below it. */
function firstSentence(said: string): string {
  const lines = said.split('\n').map((line) => line.replace(/^\s*[x×]\s/, '').trim());
  return lines.find((line) => line !== '') ?? 'cannot be compiled';
}

function placeIn(said: string): Position {
  const [, line, column] = /:(\d+):(\d+)\]/.exec(said) ?? [];
  return line === undefined ? start : { line: Number(line), column: Number(column) };
}
