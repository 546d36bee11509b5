import { Command } from 'commander';
import type { Bench, BenchOptions, Finding } from './kit/bench.js';
import { asTable } from './kit/as-table.js';
import { hooks } from './hooks/hooks.js';
import { journey } from './journey/journey.js';
import { queue } from './queue/queue.js';
import { workers } from './workers/workers.js';

/** Every measurement there is. Adding one is its folder and a line here. */
const benches: readonly Bench[] = [journey, queue, hooks, workers];

/** `npm run bench -- NAME [--json] [--tiny]`: exit code 1 where a goal is missed or a result differs. */
async function main(): Promise<void> {
  const program = new Command('bench').description('measure, each figure beside its reference in the same run');
  for (const bench of benches) {
    program
      .command(bench.name)
      .description(bench.description)
      .option('--json', 'print one JSON object')
      .option('--rounds <count>', 'rounds of each, interleaved; their median counts', '5')
      .option('--tiny', 'one round on little data: compares results and judges no figure')
      .action(async ({ json, rounds, tiny }: { json?: boolean; rounds: string; tiny?: boolean }) => {
        const options: BenchOptions = { tiny: tiny === true, rounds: tiny ? 1 : roundsOf(rounds), say: json ? () => undefined : say };
        const findings = await bench.run(options);
        process.stdout.write(json ? `${JSON.stringify({ bench: bench.name, findings })}\n` : `${asTable(findings)}\n`);
        process.exitCode = findings.every(passes(options)) ? 0 : 1;
      });
  }
  await program.parseAsync();
}

function roundsOf(text: string): number {
  const rounds = Number(text);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds takes a whole number from 1 on, not "${text}"`);
  return rounds;
}

/** A tiny run is about equal results alone: on a loaded machine its figures mean nothing. */
function passes({ tiny }: BenchOptions): (finding: Finding) => boolean {
  return (finding) => finding.equal && (tiny || finding.goal === null || finding.ratio >= finding.goal);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
