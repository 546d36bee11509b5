/** One configuration for all tests: specs stand beside the code, journeys under test/. */
module.exports = {
  testEnvironment: '<rootDir>/test/kit/environment.js',
  roots: ['<rootDir>/src', '<rootDir>/test', '<rootDir>/demo'],
  testMatch: ['**/*.spec.ts'],
  transform: { '^.+\\.[tj]s$': '@swc/jest' },
  transformIgnorePatterns: ['/node_modules/(?!(p-retry|is-network-error|axios|p-limit|yocto-queue|@opentelemetry/otlp-exporter-base)/)'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': ['$1.ts', '$1.js', '$1'] },
  globalSetup: '<rootDir>/test/kit/global-setup.js',
  globalTeardown: '<rootDir>/test/kit/global-teardown.js',
  testSequencer: '<rootDir>/test/kit/longest-first.js',
  testTimeout: 30_000,
  maxWorkers: 2,
};
