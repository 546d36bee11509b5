const { TestEnvironment } = require('jest-environment-node');

/** Node's environment, which remembers whether a test of this file failed: its database is then kept. */
module.exports = class extends TestEnvironment {
  async handleTestEvent(event) {
    if (event.name === 'test_fn_failure' || event.name === 'hook_failure') this.global.pim2shopTestFailed = true;
  }
};
