// Arrows point inward (see docs/decisions/0001-house.md). Each rule says why it is there.
const adapters = '^brokers/(data-service|paas|copy-repository)-';
// Test support may use what tests use.
const tests = '\\.test\\.ts$|/src/testing/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one concept, or hide a third.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'contract-stands-alone',
      comment: 'The broker contract is what others are judged by: it imports nothing but Node.',
      severity: 'error',
      from: { path: '^brokers/contract/', pathNot: tests },
      to: { pathNot: '^brokers/contract/', dependencyTypesNot: ['core'] },
    },
    {
      name: 'adapters-know-contracts-only',
      comment: 'An adapter speaks the contract; what the Site does with it is not its business, nor is another adapter.',
      severity: 'error',
      from: { path: `${adapters}[^/]+/`, pathNot: tests },
      to: { path: '^(subgraphs|operations|gateway|graph|edge|security|cli|sdk)/' },
    },
    {
      name: 'no-adapter-behind-a-contract',
      comment: 'Operations and subgraphs work through contracts; the composition root in cli/ picks the adapters.',
      severity: 'error',
      from: { path: '^(operations|subgraphs|gateway|graph|edge|security|sdk)/', pathNot: tests },
      to: { path: adapters },
    },
    {
      name: 'gateway-imports-no-subgraph',
      comment: 'The Hub serves any subgraph; it gets them by configuration.',
      severity: 'error',
      from: { path: '^gateway/', pathNot: tests },
      to: { path: '^(subgraphs|operations|brokers|cli|sdk)/' },
    },
    {
      name: 'partition-stands-alone',
      comment: 'The partition layer is a library of its own: it knows nothing of copies.',
      severity: 'error',
      from: { path: '^gateway/partition/', pathNot: tests },
      to: { path: '^(?!gateway/partition/|node_modules/)' , pathNot: '^(node:)?[a-z_/]+$'},
    },
    {
      name: 'users-speak-graphql',
      comment: 'What people use goes through the SDK; only the processes of cli/src/processes compose servers.',
      severity: 'error',
      from: { path: '^(cli|console)/src/', pathNot: ['^cli/src/processes/', tests] },
      to: { path: '^(subgraphs|operations|gateway|brokers|edge|graph|prisma)/' },
    },
    {
      name: 'sdk-stands-on-the-schema',
      comment: 'A client needs the schema and a transport, never a server package.',
      severity: 'error',
      from: { path: '^sdk/' },
      to: { path: '^(subgraphs|operations|gateway|brokers|edge|graph|security|embedded|prisma|cli)/' },
    },
    {
      name: 'subgraphs-do-not-import-each-other',
      comment: 'Site and Hub meet in the graph, not in code.',
      severity: 'error',
      from: { path: '^subgraphs/([^/]+)/', pathNot: tests },
      to: { path: '^subgraphs/', pathNot: '^subgraphs/$1/' },
    },
    {
      name: 'declared-dependencies',
      comment: 'A package must declare what it imports, or a user who installs it alone is left without it.',
      severity: 'error',
      from: { pathNot: [tests, '^prisma/.*(\\.mjs|prisma\\.config\\.ts)$', '^[^/]+\\.config\\.ts$'] },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|generated)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['source', 'import', 'require', 'node', 'default'], extensions: ['.ts', '.js', '.json'] },
    reporterOptions: { text: { highlightFocused: true } },
  },
};
