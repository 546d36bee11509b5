import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { alertsConfigOf } from '../../alerts/file/alerts-file.js';
import { channelsToTest, sendTest, type TestedChannel } from '../../alerts/send-test.js';
import { readSettings } from '../../config/settings.js';
import { secrets } from '../../logging/secrets.js';
import { readFiles } from '../with-project.js';
import { writeResult } from '../write-result.js';

export function addTestCommand(alerts: Command): void {
  alerts
    .command('test')
    .description('send a test message to every channel of alerts.yaml, or to one')
    .option('--channel <name>', 'to one channel')
    .option('--mappings <dir>', 'folder with alerts.yaml')
    .option('--json', 'print one JSON array')
    .action(async ({ channel, mappings, json }: { channel?: string; mappings?: string; json?: boolean }) => {
      const config = alertsConfigOf(await readFiles(mappings));
      const { environment, publicUrl } = readSettings(process.env);
      const context = { environment, publicUrl: publicUrl ?? null, now: new Date(), hide: (text: string) => secrets.hide(text) };
      const tested = await sendTest(channelsToTest(config, channel ?? null), context, `test ${randomUUID()}`);
      writeResult(tested, json, asText);
      if (tested.some(({ problem }) => problem !== null)) process.exitCode = 1;
    });
}

function asText(tested: readonly TestedChannel[]): string {
  return tested.map(({ channel, problem }) => (problem === null ? `${channel}: sent` : `${channel}: ${problem}`)).join('\n');
}
