import type { Command } from 'commander';
import { readFiles } from './with-project.js';
import { withEnvironment } from './write-result.js';

export function addValidateCommand(program: Command): void {
  program
    .command('validate')
    .description('check every file of the mappings folder, without asking any system')
    .option('--mappings <dir>', 'folder with connections.yaml and the pipelines')
    .option('--json', 'print one JSON object')
    .action(async ({ mappings, json }: { mappings?: string; json?: boolean }) => {
      const project = await readFiles(mappings);
      const pipelines = project.pipelines.map((file) => file.data.pipeline);
      process.stdout.write(
        json
          ? `${JSON.stringify(withEnvironment({ dir: project.dir, pipelines }, process.env))}\n`
          : `${pipelines.length} pipelines are in order: ${pipelines.join(', ')}\n`,
      );
    });
}
