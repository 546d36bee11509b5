#!/usr/bin/env node
import { CommanderError } from 'commander';
import { createProgram } from './cli/program.js';
import { secrets } from './logging/secrets.js';

/** Exit codes: 0 done, 1 failed, 2 wrong use; `sync` has a 3 of its own. */
createProgram()
  .parseAsync()
  .catch((error: unknown) => {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    process.stderr.write(`${secrets.hide(error instanceof Error ? error.message : String(error))}\n`);
    process.exitCode = 1;
  });
