/**
 * Who may import whom, and why. scripts/deps.ts runs this and counts what was
 * cruised; test/architecture plants one violation of every rule. No rule may rest on `import type`:
 * the parser (swc) does not tell it apart.
 *
 * @type {import('dependency-cruiser').IConfiguration}
 */
export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      comment:
        'A module that nobody imports and that imports nobody is dead, unless a tool or a person starts it.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: [
          '[.]d[.]ts$',
          '(^|/)[.][^/]*$',
          '[.]config[.](ts|mjs)$',
          '^(test|scripts|bench|docs)/',
          '^cli/slipway[.]mjs$',
          '/pattern[.]',
        ],
      },
      to: {},
    },
    { name: 'unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'domain-knows-nobody',
      comment: 'shared/domain is the vocabulary: itself, pure libraries, and a hash.',
      severity: 'error',
      from: { path: '^shared/domain/' },
      to: {
        pathNot: ['^shared/domain/', 'node_modules/re2js/', '^(node:)?crypto$'],
      },
    },
    {
      name: 'decide-is-pure',
      comment: 'A decision sees domain values and event types. Nothing that can do I/O.',
      severity: 'error',
      from: { path: '^functions/[^/]+/decide[./]' },
      to: { pathNot: ['^shared/domain/', '^functions/[^/]+/decide[./]', '^events/.+/schema[.]ts$'] },
    },
    {
      name: 'flow-stays-off-aws',
      comment: 'Flows talk to ports. Adapters are handed in by handler.ts, or by the embedded world.',
      severity: 'error',
      from: { path: '^functions/[^/]+/flow[./]' },
      to: { path: ['^shared/(aws|runtime)/', 'node_modules/', '^(node:)?(fs|net|http|https|child_process)'] },
    },
    {
      name: 'only-adapters-import-the-sdk',
      comment: 'shared/aws implements the ports over the SDK; the sandbox may use it to set its worlds up.',
      severity: 'error',
      from: { path: '^(functions|shared|events|cli|stack)/', pathNot: ['^shared/aws/'] },
      to: { path: '(^|node_modules/)@(aws-sdk|smithy)/' },
    },
    {
      name: 'only-the-runtime-knows-lambda',
      comment:
        'Flows, domain and CLI run anywhere: middy and Powertools stay in shared/runtime and shared/aws.',
      severity: 'error',
      from: { path: '^(functions|shared|events|cli|stack)/', pathNot: ['^shared/(aws|runtime)/'] },
      to: { path: '(^|node_modules/)(@aws-lambda-powertools|@middy)/' },
    },
    {
      name: 'ports-name-no-adapter',
      comment: 'A port is written in the words of the domain; what implements it is not its business.',
      severity: 'error',
      from: { path: '^shared/(ports|faults)[./]' },
      to: { pathNot: ['^shared/(domain|config)/', '^shared/(ports|faults)[./]', '^events/'] },
    },
    {
      name: 'functions-are-islands',
      comment: 'One function never imports another.',
      severity: 'error',
      from: { path: '^functions/([^/]+)/' },
      to: { path: '^functions/([^/]+)/', pathNot: '^functions/$1/' },
    },
    {
      name: 'nothing-imports-a-handler',
      comment: 'A handler reads its environment when it is loaded; only Lambda loads it.',
      severity: 'error',
      from: { pathNot: '^test/' },
      to: { path: '^functions/[^/]+/handler[.]ts$' },
    },
    {
      name: 'shared-never-looks-up',
      severity: 'error',
      from: { path: '^shared/' },
      to: { path: '^(functions|cli|sandbox|stack|bench|scripts)/' },
    },
    {
      name: 'product-never-knows-sandbox',
      comment: 'What runs in an account carries nothing of the local worlds.',
      severity: 'error',
      from: { path: '^(functions|shared|events|cli|stack)/' },
      to: { path: '^sandbox/' },
    },
    {
      name: 'functions-never-know-the-cli',
      severity: 'error',
      from: { path: '^(functions|events|stack|sandbox)/' },
      to: { path: '^cli/' },
    },
    {
      name: 'events-are-contracts',
      severity: 'error',
      from: { path: '^events/' },
      to: { pathNot: ['^events/', '^shared/(domain/|faults[./])', 'node_modules/zod/'] },
    },
    {
      name: 'stack-is-packaging',
      comment: 'What serverless.yml needs when it packages; a function never carries it to Lambda.',
      severity: 'error',
      from: { path: '^(functions|shared|events)/' },
      to: { path: '^stack/' },
    },
    {
      name: 'stack-runs-no-product-code',
      comment:
        'Packaging reads the configuration and the settings that a function declares, and calls nobody.',
      severity: 'error',
      from: { path: '^stack/' },
      to: { path: ['^functions/', '^shared/(aws|runtime)/'], pathNot: '^functions/[^/]+/config[.]ts$' },
    },
    {
      name: 'the-model-does-no-io',
      comment: 'The ECS model is a state machine over a clock; only its endpoint opens a socket.',
      severity: 'error',
      from: { path: '^sandbox/ecs/', pathNot: '^sandbox/ecs/endpoint' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    {
      name: 'no-npm-semver',
      comment: 'Its ranges are not Masterminds’: they disagree on more than a hundred of our vectors.',
      severity: 'error',
      from: {},
      to: { path: '(^|node_modules/)(@types/)?semver(/|$)' },
    },
    {
      name: 'tests-are-leaves',
      severity: 'error',
      from: { pathNot: '^test/' },
      to: { path: '^test/' },
    },
    {
      name: 'no-dev-deps-at-runtime',
      severity: 'error',
      from: { path: '^(functions|shared|events|cli)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Our own dist and vendor folders: most packages keep what is imported in a dist of theirs.
    exclude: { path: '^((?!node_modules/).)*(vendor|dist)/|^bench/[^/]+/node_modules/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
