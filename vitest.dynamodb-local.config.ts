import { defineConfig } from 'vitest/config';

/**
 * The DynamoDB store on AWS's own DynamoDB Local, whose streams are real: `npm run test:dynamodb-local`. For people whose
 * AWS licence covers it; they name their copy by DYNAMODB_LOCAL_JAR, or one that runs by DYNAMODB_LOCAL_ENDPOINT.
 */
export default defineConfig({
  test: {
    include: ['test/dynamodb-local/**/*.test.ts'],
    globalSetup: ['test/dynamodb-local/server.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
