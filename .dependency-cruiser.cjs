// The import picture of ARCHITECTURE.md, checked by `npm run check`.
const connector = '^src/connectors/(sources|targets)/([^/]+)/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    {
      name: 'model-imports-nobody',
      comment: 'The words are plain types and pure functions.',
      severity: 'error',
      from: { path: '^src/model/' },
      to: { path: '^src/', pathNot: '^src/model/' },
    },
    {
      name: 'connectors-know-the-contract-only',
      comment: 'A connector knows the contract, http and the words: no Nest, no Prisma, no sibling.',
      severity: 'error',
      from: { path: connector },
      to: { path: '^src/', pathNot: ['^src/connectors/(contract|http)/', '^src/model/', '^src/connectors/$1/$2/'] },
    },
    {
      name: 'connectors-know-no-framework',
      severity: 'error',
      from: { path: '^src/connectors/' },
      to: { path: 'node_modules/(@nestjs|@prisma|prisma)/' },
    },
    {
      name: 'examples-know-the-contract-only',
      comment: 'Whoever copies an example into src/connectors must not have to change what it imports.',
      severity: 'error',
      from: { path: '^examples/([^/]+)/' },
      to: { path: '^(src|examples)/', pathNot: ['^src/connectors/(contract|http)/', '^src/model/', '^examples/$1/'] },
    },
    {
      name: 'contract-is-the-edge',
      severity: 'error',
      from: { path: '^src/connectors/(contract|http)/' },
      to: { path: '^src/', pathNot: ['^src/connectors/(contract|http)/', '^src/model/'] },
    },
    {
      name: 'mapping-is-pure',
      comment: 'Mapping and diff touch no database and no system.',
      severity: 'error',
      from: { path: '^src/mapping/' },
      to: { path: '^src/(database|queue|mirror|removals|transfer|sync|queue-builder|access|admin|hooks|cli|alerts|doctor|tracing)/' },
    },
    {
      name: 'stages-do-not-know-the-doors',
      comment: 'admin, hooks, cli → sync → stages.',
      severity: 'error',
      from: { path: '^src/(queue-builder|queue|mirror|removals|transfer|conflicts|mapping|database|config|logging)/' },
      to: { path: '^src/(sync|access|admin|hooks|cli|alerts|doctor|tracing)/' },
    },
    {
      name: 'sync-does-not-know-the-doors',
      severity: 'error',
      from: { path: '^src/sync/' },
      to: { path: '^src/(access|admin|hooks|cli|alerts|doctor|tracing)/' },
    },
    {
      name: 'doctor-does-not-know-the-doors',
      comment: 'What is checked is asked for by commands and routes alike.',
      severity: 'error',
      from: { path: '^src/doctor/' },
      to: { path: '^src/(admin|hooks|cli)/' },
    },
    {
      name: 'alerts-do-not-know-the-doors',
      comment: 'They look at what the flow writes down; people come to them through admin and cli.',
      severity: 'error',
      from: { path: '^src/alerts/' },
      to: { path: '^src/(access|admin|hooks|cli|doctor)/' },
    },
    {
      name: 'tracing-only-listens',
      comment: 'It is told what the flow does, and asks nothing of it.',
      severity: 'error',
      from: { path: '^src/tracing/' },
      to: { path: '^src/(access|admin|hooks|cli|alerts|doctor|queue|mirror|removals|transfer|queue-builder|mapping)/' },
    },
    {
      name: 'only-the-doors-see-every-module',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main|serve|cli|app\\.module|cli/.*)\\.ts$' },
      to: { path: '^src/(main|serve|cli|app\\.module)\\.ts$' },
    },
    {
      name: 'no-test-code-in-the-program',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^(test|demo|bench)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^src/database/generated/'] },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: ['.ts', '.js'] },
  },
};
