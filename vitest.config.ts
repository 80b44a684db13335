import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    /** Need Debian packages and root, and a jar of AWS's: `npm run test:peers`, `npm run test:dynamodb-local`. */
    exclude: ['test/peers/**', 'test/dynamodb-local/**'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: process.env['CI'] ? ['default', ['json', { outputFile: 'coverage/tests.json' }]] : ['default'],
  },
});
