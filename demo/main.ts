import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { repositoryRoot } from '../test/kit/stand-in/index.js';
import { asText } from './as-text.js';
import { quiet, talkative } from './narrator.js';
import { runDemo } from './run-demo.js';

/** `npm run demo`: exit code 0 only if shop and PIM agree at the end. */
async function main(): Promise<void> {
  const program = new Command('demo')
    .description('bring a catalogue from a stand-in Akeneo into a stand-in Magento 2, with changes and removals after that')
    .option('--catalog <dir>', "a catalogue in Akeneo's CSV export format; by default the bundled one")
    .option('--json', 'print one JSON object with every count')
    .parse();
  const { catalog, json } = program.opts<{ catalog?: string; json?: boolean }>();
  const folder = catalog === undefined ? join(repositoryRoot(), 'demo/catalog') : resolve(catalog);
  const missing = ['products.csv', 'product_models.csv', 'attributes.csv'].filter((name) => !existsSync(join(folder, name)));
  if (missing.length > 0)
    throw new Error(`${folder} is no catalogue: ${missing.join(', ')} missing. --catalog takes the folder of an Akeneo CSV export.`);
  const result = await runDemo(folder, json ? quiet : talkative());
  process.stdout.write(json ? `${JSON.stringify(result)}\n` : `${asText(result)}\n`);
  process.exitCode = result.agreement.differences.length === 0 && result.problems.length === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
