import { styleText } from 'node:util';
import type { Command } from 'commander';
import { alertsFile } from '../alerts/file/alerts-file.js';
import { sources } from '../connectors/sources/index.js';
import { targets } from '../connectors/targets/index.js';
import { checkLimitMs } from '../doctor/check-connections.js';
import { diagnose, type Diagnosis } from '../doctor/diagnose.js';
import type { Finding } from '../doctor/finding.js';
import { exitCodes } from './exit-code.js';
import { wholeNumber } from './whole-number.js';
import { writeResult } from './write-result.js';

interface DoctorOptions {
  readonly limit: string;
  readonly mappings?: string;
  readonly json?: boolean;
}

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description(
      'look at settings, database, connections, mappings, clocks and disks, and say what to do; exit code 1 where something fails',
    )
    .option('--limit <seconds>', 'how long each outside system is waited for', String(checkLimitMs / 1_000))
    .option('--mappings <dir>', 'folder with connections.yaml and the pipelines')
    .option('--json', 'print one JSON object: environment, well, findings')
    .action(async ({ limit, mappings, json }: DoctorOptions) => {
      const limitMs = wholeNumber('--limit', limit) * 1_000;
      const diagnosis = await diagnose({ env: process.env, connectors: { sources, targets, beside: [alertsFile] }, mappings, limitMs });
      writeResult(diagnosis, json, asText);
      if (!diagnosis.well) process.exitCode = exitCodes.failed;
    });
}

const marks = { ok: ['ok     ', 'green'], warning: ['warning', 'yellow'], failure: ['FAILURE', 'red'] } as const;

function asText({ findings }: Diagnosis): string {
  const count = (state: Finding['state']): number => findings.filter((one) => one.state === state).length;
  const summary = `${findings.length} were looked at: ${count('failure')} failures, ${count('warning')} warnings`;
  return [...findings.map(line), summary].join('\n');
}

function line({ check, state, says, advice }: Finding): string {
  const [word, colour] = marks[state];
  const head = `${styleText(colour, word, { stream: process.stdout })} ${check}: ${says}`;
  return advice === null ? head : `${head}\n        → ${advice}`;
}
