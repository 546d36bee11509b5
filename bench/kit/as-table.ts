import Table from 'cli-table3';
import type { Finding } from './bench.js';

/** Every figure with its reference, its goal and whether it holds. */
export function asTable(findings: readonly Finding[]): string {
  const table = new Table({
    head: ['figure', 'reference', 'measured', 'ratio', 'goal', 'holds', 'same result'],
    style: { head: [], border: [] },
  });
  for (const { name, unit, reference, measured, ratio, goal, equal } of findings) {
    const holds = goal === null ? '-' : ratio >= goal ? 'yes' : 'no';
    table.push([
      name,
      `${round(reference)} ${unit}`,
      `${round(measured)} ${unit}`,
      ratio.toFixed(2),
      goal === null ? '-' : `≥ ${goal}`,
      holds,
      equal ? 'yes' : 'NO',
    ]);
  }
  const notes = findings.flatMap(({ name, notes: lines }) => lines.map((line) => `${name}: ${line}`));
  return [table.toString(), ...notes].join('\n');
}

function round(value: number): string {
  return value >= 100 ? Math.round(value).toString() : value.toFixed(1);
}
