#!/usr/bin/env node
import { CommanderError } from 'commander';
import { exitCodeOf } from './cli/exit-code.js';
import { createProgram } from './cli/program.js';
import { secrets } from './logging/secrets.js';

createProgram()
  .parseAsync()
  .catch((error: unknown) => {
    process.exitCode = exitCodeOf(error);
    // Commander has said it already.
    if (error instanceof CommanderError) return;
    process.stderr.write(`${secrets.hide(error instanceof Error ? error.message : String(error))}\n`);
  });
