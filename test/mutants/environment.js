const { TestEnvironment } = require('jest-environment-node');

/** Node's environment, in which only the tests run that were named for this spec. What fails here leaves no database behind. */
module.exports = class extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.only = new RegExp(config.projectConfig.testEnvironmentOptions.tests[context.testPath]);
  }

  async handleTestEvent(event, state) {
    if (event.name === 'run_start') state.testNamePattern = this.only;
  }
};
