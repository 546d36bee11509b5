// `npm run mutants [-- PART OF A NAME]`: plants each mutant of test/mutants in turn and sees whether the tests notice.
// The last line is `n mutants, n caught`; the exit code is 1 where one was not. `MUTANTS_VERBOSE=1` shows by what each was caught.
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const { runCLI } = createRequire(import.meta.url)('jest');
const root = resolve(import.meta.dirname, '..');
process.env.MUTANTS = process.argv.slice(2).join(' ');
process.env.NODE_ENV ??= 'test';
// Whatever the tests' own outcome, the reporter sets the exit code.
await runCLI({ _: [], $0: 'mutants', config: resolve(root, 'test/mutants/jest.config.js') }, [root]);
process.exit(process.exitCode);
