import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blindSpots, type Cruise, cruise } from '../../scripts/deps/cruise.ts';
import { plant, type Tree } from './plant.ts';

interface Configuration {
  readonly default: { readonly forbidden: readonly { readonly name: string }[] };
}

interface Canary {
  readonly rule: string;
  readonly from: string;
  readonly imports: string;
}

/** For every rule: modules that import what they must not. Relative paths start at the project's root. */
const canaries: readonly Canary[] = [
  ...planted('no-cycles', {
    'shared/cycle/one.ts': 'shared/cycle/two.ts',
  }),
  ...planted('no-orphans', { 'shared/orphan.ts': '' }),
  ...planted('unresolvable', { 'shared/lost.ts': 'shared/nowhere.ts', 'shared/missing.ts': 'left-pad' }),
  ...planted('domain-knows-nobody', {
    'shared/domain/a.ts': 'shared/ports.ts',
    'shared/domain/b.ts': 'zod',
    'shared/domain/c.ts': 'node:fs',
    'shared/domain/deep/d.ts': 'shared/config/schema.ts',
  }),
  ...planted('decide-is-pure', {
    'functions/a/decide.ts': 'shared/ports.ts',
    'functions/b/decide/part.ts': 'functions/b/config.ts',
    'functions/c/decide.ts': 'node:crypto',
  }),
  ...planted('flow-stays-off-aws', {
    'functions/a/flow.ts': 'shared/aws/ecs.ts',
    'functions/b/flow.ts': 'shared/runtime/env.ts',
    'functions/c/flow.ts': 'zod',
    'functions/b/flow/step.ts': 'node:http',
  }),
  ...planted('only-adapters-import-the-sdk', {
    'functions/a/config.ts': '@aws-sdk/client-ecs',
    'cli/verb.ts': '@aws-sdk/client-ecs',
    'shared/runtime/client.ts': '@aws-sdk/client-sqs',
    'stack/template.ts': '@aws-sdk/client-sqs',
  }),
  ...planted('only-the-runtime-knows-lambda', {
    'functions/b/config.ts': '@aws-lambda-powertools/logger',
    'cli/other.ts': '@middy/core',
  }),
  ...planted('ports-name-no-adapter', { 'shared/ports/table.ts': 'shared/aws/ecs.ts' }),
  ...planted('functions-are-islands', { 'functions/d/flow.ts': 'functions/a/config.ts' }),
  ...planted('nothing-imports-a-handler', { 'sandbox/embedded/run.ts': 'functions/a/handler.ts' }),
  ...planted('shared-never-looks-up', {
    'shared/aws/up.ts': 'functions/a/config.ts',
    'shared/config/up.ts': 'cli/verb.ts',
  }),
  ...planted('product-never-knows-sandbox', {
    'functions/e/config.ts': 'sandbox/clock.ts',
    'shared/runtime/fake.ts': 'sandbox/clock.ts',
    'cli/fake.ts': 'sandbox/clock.ts',
    'events/pushed/schema.ts': 'sandbox/clock.ts',
    'stack/fake.ts': 'sandbox/clock.ts',
  }),
  ...planted('functions-never-know-the-cli', { 'sandbox/embedded/say.ts': 'cli/verb.ts' }),
  ...planted('events-are-contracts', { 'events/stopped/schema.ts': 'shared/config/schema.ts' }),
  ...planted('stack-is-packaging', {
    'functions/f/config.ts': 'stack/roles.ts',
    'shared/aws/roles.ts': 'stack/roles.ts',
  }),
  ...planted('stack-runs-no-product-code', {
    'stack/roles.ts': 'functions/c/flow.ts',
    'stack/env.ts': 'shared/runtime/env.ts',
  }),
  ...planted('the-model-does-no-io', { 'sandbox/ecs/tasks.ts': 'node:http' }),
  ...planted('no-npm-semver', {
    'sandbox/stories/push.ts': 'semver',
    'shared/domain/semver/range.ts': 'semver',
  }),
  ...planted('tests-are-leaves', { 'sandbox/stories/tour.ts': 'test/fakes/world.ts' }),
  ...planted('no-dev-deps-at-runtime', { 'shared/runtime/build.ts': 'esbuild', 'cli/build.ts': 'vitest' }),
];

/** What the planted modules may rightly import. */
const allowed: Readonly<Record<string, string>> = {
  'shared/cycle/two.ts': 'shared/cycle/one.ts',
  'shared/ports.ts': 'shared/domain/word.ts',
  'shared/domain/word.ts': 'node:crypto',
  'shared/domain/image.ts': 'shared/domain/word.ts',
  'shared/config/schema.ts': 'zod',
  'shared/aws/ecs.ts': '@aws-sdk/client-ecs',
  'shared/runtime/env.ts': '@middy/core',
  'functions/a/handler.ts': 'functions/a/flow.ts',
  'functions/b/handler.ts': 'shared/runtime/env.ts',
  'functions/g/decide.ts': 'events/rolled/schema.ts',
  'functions/g/flow.ts': 'functions/g/decide.ts',
  'events/rolled/schema.ts': 'zod',
  'sandbox/clock.ts': 'node:timers',
  'sandbox/ecs/endpoint.ts': 'node:http',
  'sandbox/local-aws/deploy.ts': '@aws-sdk/client-sqs',
  'stack/settings.ts': 'functions/a/config.ts',
  'test/fakes/world.ts': 'shared/domain/word.ts',
  'test/unit/world.test.ts': 'vitest',
};

const roots = ['functions', 'shared', 'events', 'cli', 'sandbox', 'stack', 'test'];
const modules = [...new Set([...canaries.map(({ from }) => from), ...Object.keys(allowed)])];
let tree: Tree;
let seen: Cruise;

beforeAll(() => {
  const files = [
    ...canaries.map(({ from, imports }) => [from, source(from, imports)]),
    ...Object.entries(allowed).map(([from, imports]) => [from, source(from, imports)]),
  ];
  tree = plant(['.dependency-cruiser.mjs', 'package.json', 'tsconfig.json'], Object.fromEntries(files));
  seen = cruise(tree.path, roots);
}, 60_000);

afterAll(() => tree.remove());

describe('the dependency rules', () => {
  it.each(canaries)('$rule catches $from → $imports', ({ rule, from }) => {
    expect(
      seen.violations.filter((violation) => violation.from === from).map((violation) => violation.rule),
    ).toContain(rule);
  });

  it.each(Object.keys(allowed))('let %s import what it may', (from) => {
    expect(seen.violations.filter((violation) => violation.from === from)).toEqual([]);
  });

  it('each have a canary', async () => {
    const configuration = (await import(resolve('.dependency-cruiser.mjs'))) as Configuration;
    const rules = configuration.default.forbidden.map(({ name }) => name);
    expect(rules.length).toBeGreaterThan(15);
    expect(rules.filter((rule) => !canaries.some((canary) => canary.rule === rule))).toEqual([]);
  });
});

describe('the guard of the dependency rules', () => {
  const floor = { modules: 40, dependencies: 40 };

  it('believes a cruise that saw every module', () => {
    expect(blindSpots(seen, modules, floor)).toEqual([]);
  });

  it('names a module that was not cruised', () => {
    expect(blindSpots(seen, [...modules, 'shared/hidden.ts'], floor)).toEqual([
      'shared/hidden.ts was not cruised',
    ]);
  });

  it('refuses a cruise that saw nothing, as a parser does that knows no TypeScript', () => {
    const nothing = { modules: [], dependencies: 0, violations: [] };
    expect(blindSpots(nothing, [], floor)).toEqual([
      '0 modules were cruised, at least 40 were expected',
      '0 dependencies were seen, at least 40 were expected',
    ]);
  });

  it('says so when a folder is not there', () => {
    expect(() => cruise(tree.path, ['nowhere'])).toThrow(/did not run/);
  });
});

function planted(rule: string, imports: Readonly<Record<string, string>>): readonly Canary[] {
  return Object.entries(imports).map(([from, target]) => ({ rule, from, imports: target }));
}

function source(from: string, imports: string): string {
  if (imports === '') return 'export const alone = 1;\n';
  const up = '../'.repeat(from.split('/').length - 1);
  const specifier = roots.includes(imports.split('/')[0] ?? '') ? `${up}${imports}` : imports;
  return `import * as it from '${specifier}';\nexport const planted = it;\n`;
}
