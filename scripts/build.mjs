// Builds everything that runs without a compiler: the program, the demo, the benches and the stand-ins they use.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const bin = (name) => join('node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);
const run = (name, ...args) => execFileSync(bin(name), args, { stdio: ['ignore', 'ignore', 'inherit'] });

rmSync('dist', { recursive: true, force: true });
run('prisma', 'generate');
run(
  'swc',
  ...['src', 'demo', 'bench', 'test/kit'].filter((folder) => existsSync(folder)),
  '-d',
  'dist',
  '--ignore',
  '**/*.spec.ts',
  '--copy-files',
);
chmodSync('dist/src/cli.js', 0o755);
