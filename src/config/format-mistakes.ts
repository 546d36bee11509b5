import type { Mistake } from '../model/mistake.js';

/** All mistakes as a person reads them: by file and place, what is wrong, what to write instead. */
export function formatMistakes(mistakes: readonly Mistake[]): string {
  const sorted = [...mistakes].sort((a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column);
  const lines = sorted.map(({ file, line, column, problem, advice }) => `  ${file}:${line}:${column}  ${problem}\n      → ${advice}`);
  return `${count(mistakes.length)} in the mappings:\n${lines.join('\n')}`;
}

function count(many: number): string {
  return many === 1 ? '1 mistake' : `${many} mistakes`;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
