import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // They need Python and belong to `npm run test:local-aws`.
    exclude: ['**/node_modules/**', '**/*.local-aws.test.ts'],
    pool: 'threads',
    maxWorkers: '100%',
    testTimeout: 20_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    allowOnly: false,
    coverage: {
      provider: 'v8',
      include: ['{functions,shared,events,cli,sandbox,stack}/**/*.ts'],
      reporter: ['text-summary', 'json-summary'],
      thresholds: {
        'shared/domain/**': { lines: 100, branches: 100 },
        'functions/*/decide.ts': { lines: 100, branches: 100 },
        'functions/*/decide/**': { lines: 100, branches: 100 },
      },
    },
  },
});
