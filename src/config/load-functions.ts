import { createHash } from 'node:crypto';
import { compileFunction } from 'node:vm';
import { transformSync } from '@swc/core';
import type { LoadedFunction, MappingFunction, MappingFunctions } from '../mapping/functions.js';
import type { Mistake } from '../model/mistake.js';
import type { FolderFile } from './read-folder.js';

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
  for (const file of files) {
    try {
      for (const loaded of loadFile(file)) {
        const other = functions.get(loaded.name);
        if (other) throw new Error(`exports ${loaded.name}, which ${other.file} exports too`);
        functions.set(loaded.name, loaded);
      }
    } catch (error) {
      mistakes.push({
        file: file.file,
        ...placeOf(error),
        problem: saidBy(error),
        advice: 'correct the file; it exports named functions (record, scope) => value',
      });
    }
  }
  return { functions, mistakes };
}

function loadFile({ file, text }: FolderFile): LoadedFunction[] {
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
  const hash = createHash('sha256').update(text).digest('hex');
  return Object.entries(exported).map(([name, run]) => {
    if (!isFunction(run)) throw new Error(`exports ${name}, which is no function`);
    return { name, file, hash, run };
  });
}

function isFunction(value: unknown): value is MappingFunction {
  return typeof value === 'function';
}

/** Errors may come from another realm, where `instanceof Error` does not hold. */
function saidBy(error: unknown): string {
  const said = error !== null && typeof error === 'object' && 'message' in error ? String(error.message) : String(error);
  // swc draws the place with colours: its first words are the sentence.
  return (
    said
      .replace(/\u001b\[[0-9;]*m/g, '')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')[0] ?? 'cannot be compiled'
  );
}

function placeOf(error: unknown): { line: number; column: number } {
  const said = error !== null && typeof error === 'object' && 'message' in error ? String(error.message) : '';
  const [, line, column] = /:(\d+):(\d+)\]/.exec(said) ?? [];
  return { line: Number(line ?? 1), column: Number(column ?? 1) };
}
