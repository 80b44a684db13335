import { defineConfig } from 'vitest/config';

/** Tests against real mail servers and in a real browser, one file after the other: `.ci/install-peers` brings in what they need. */
export default defineConfig({
  test: {
    include: ['test/peers/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: process.env['CI'] ? ['default', ['json', { outputFile: 'coverage/peers.json' }]] : ['default'],
  },
});
