// What nobody should have to argue about: formatting, lint, types, the import picture, migration drift.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const bin = (name) => join('node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);
const checks = [
  ['formatting', bin('prettier'), ['--check', '--log-level', 'warn', '.']],
  ['lint', bin('eslint'), ['--max-warnings', '0', 'src', 'test', 'demo', 'bench', 'examples', 'scripts']],
  ['types', bin('tsc'), ['--noEmit', '-p', '.']],
  ['import picture', bin('depcruise'), ['--config', '.dependency-cruiser.cjs', 'src', 'examples', '--output-type', 'err']],
  ['migration drift', process.execPath, ['scripts/migration.mjs', 'check']],
];

let failed = 0;
for (const [name, command, args] of checks) {
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name}`);
  if (status !== 0) failed += 1;
}
process.exit(failed === 0 ? 0 : 1);
