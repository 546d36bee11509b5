import type { Command } from 'commander';
import { why } from '../sync/why/why.js';
import { exitCodes } from './exit-code.js';
import { whyAsText } from './why-text.js';
import { withLooking } from './with-looking.js';
import { writeResult } from './write-result.js';

interface WhyOptions {
  readonly pipeline?: string;
  readonly mappings?: string;
  readonly json?: boolean;
}

/** Exit codes: 0 found, 1 failed, 2 nobody knows it, 3 something of it waits for a person. */
export function addWhyCommand(program: Command): void {
  program
    .command('why <sku>')
    .description('why a record stands in the shop as it does, or does not, and what to do: by its SKU, its key, or the key of a document')
    .option('--pipeline <name>', 'only what this pipeline knows of it')
    .option('--mappings <dir>', 'folder with connections.yaml and the pipelines')
    .option('--json', 'print one JSON object: found, unasked')
    .action(async (name: string, { pipeline, mappings, json }: WhyOptions) => {
      const answer = await withLooking(mappings, (looking) => why(looking, name, pipeline));
      writeResult(answer, json, whyAsText);
      if (answer.found.some(({ next }) => next.forPerson)) process.exitCode = exitCodes.held;
    });
}
