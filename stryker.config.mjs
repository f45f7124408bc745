/**
 * `npm run mutate -- --mutate shared/domain/image-ref.ts`: which change of the domain would no test notice?
 * Not part of the gate: it takes minutes.
 */
export default {
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.config.ts' },
  // Stryker would read it through the compiler's API, which TypeScript 7 does not have: so it gets none.
  tsconfigFile: 'no-tsconfig-for-stryker.json',
  mutate: ['shared/domain/**/*.ts', 'functions/*/decide.ts', 'functions/*/decide/**/*.ts'],
  // Virtual environments and what machines wrote: not needed by the tests, and partly not copyable.
  ignorePatterns: ['.local', '.serverless', 'coverage', 'dist', 'reports', 'bench/*/node_modules'],
  coverageAnalysis: 'perTest',
  concurrency: 2,
  timeoutMS: 10_000,
  reporters: ['clear-text', 'progress', 'html'],
  thresholds: { high: 95, low: 85, break: 80 },
  ignoreStatic: true,
  tempDirName: '.stryker-tmp',
};
