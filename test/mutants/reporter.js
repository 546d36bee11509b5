const { readMutants } = require('./read-mutants.js');

/**
 * Judges the run: without a mutant everything passes, with one every test that was
 * named for it fails, by what it expects and not because the mutant cannot run at all. The last line is `n mutants, n caught`.
 */
module.exports = class {
  constructor() {
    this.projects = new Map();
  }

  onTestResult({ context }, { testResults, testExecError, perfStats }) {
    const name = context.config.displayName.name;
    const project = this.projects.get(name) ?? { ran: 0, failed: [], broken: [], ms: 0 };
    this.projects.set(name, project);
    project.ms += perfStats.runtime;
    if (testExecError) project.broken.push(testExecError.message);
    for (const { status, fullName, failureMessages } of testResults) {
      if (status === 'passed' || status === 'failed') project.ran += 1;
      const broken = failureMessages.find((message) => cannotRun.test(message));
      if (broken) project.broken.push(`${fullName}\n${broken}`);
      else if (status === 'failed') project.failed.push(`${fullName}\n${failureMessages.join('\n')}`);
    }
  }

  onRunComplete() {
    const { 'as it is': asItIs = { ran: 0, failed: [], broken: [] }, ...mutants } = Object.fromEntries(this.projects);
    const problems = [...asItIs.failed, ...asItIs.broken].map((failure) => `fails without any mutant: ${failure}`);
    if (asItIs.ran === 0) problems.push('no test ran without a mutant');
    const named = new Map(readMutants().map(({ mutant, caughtBy }) => [mutant, Object.values(caughtBy).flat()]));
    let caught = 0;
    for (const [name, { ran, failed, broken, ms }] of Object.entries(mutants)) {
      if (broken.length > 0) problems.push(`"${name}" cannot run: ${broken[0]}`);
      else if (failed.length === 0) problems.push(`"${name}" was not caught by any of ${ran} tests`);
      else caught += 1;
      for (const part of named.get(name).filter((part) => !failed.some((failure) => failure.includes(part))))
        problems.push(`"${name}" is not caught by "${part}"`);
      if (process.env.MUTANTS_VERBOSE) console.log(`${failed.length > 0 ? 'caught' : '      '} ${ms} ms ${name}\n${failed.join('\n')}`);
    }
    for (const problem of problems) console.error(problem);
    console.log(`${Object.keys(mutants).length} mutants, ${caught} caught`);
    // Failing tests are what is wanted here: they do not make the exit code.
    process.exitCode = problems.length > 0 ? 1 : 0;
  }
};

/** A mutant is a plausible program that does the wrong thing, not one that breaks off. */
const cannotRun = /syntax error at or near|column .* does not exist|ReferenceError|SyntaxError|is not a function/;
