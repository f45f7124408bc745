import { defineConfig } from 'vitest/config';

/** The suite that needs Python 3.10 or newer: it runs against a MiniStack of its own. */
export default defineConfig({
  test: {
    include: ['test/**/*.local-aws.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 480_000,
    fileParallelism: false,
  },
});
