/**
 * DynamoDB Local for the tests of this folder: one that runs already, or one started from the jar a person names.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    dynamodbLocal: string;
  }
}

const HOW =
  'Set DYNAMODB_LOCAL_JAR to the path of your DynamoDBLocal.jar (DynamoDBLocal_lib beside it, java on the PATH), or ' +
  'DYNAMODB_LOCAL_ENDPOINT to one that runs, e.g. http://127.0.0.1:8000. Its licence is from AWS and between you and them.';
const POLL_MS = 100;
const START_POLLS = 600;

/** Vitest calls it once before the tests; what it returns, after them. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const { DYNAMODB_LOCAL_ENDPOINT: endpoint, DYNAMODB_LOCAL_JAR: jar } = process.env;
  if (endpoint) {
    if (!(await answers(endpoint))) throw new Error(`nothing answers at DYNAMODB_LOCAL_ENDPOINT ${endpoint}`);
    provide('dynamodbLocal', endpoint);
    return () => Promise.resolve();
  }
  if (!jar) throw new Error(`There is no DynamoDB Local to test with, so nothing was tested. ${HOW}`);
  if (!existsSync(jar)) throw new Error(`DYNAMODB_LOCAL_JAR names ${jar}, which is not there. ${HOW}`);
  const started = await start(jar);
  provide('dynamodbLocal', started.endpoint);
  return started.stop;
}

async function start(jar: string): Promise<{ readonly endpoint: string; stop(): Promise<void> }> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const library = `-Djava.library.path=${join(dirname(jar), 'DynamoDBLocal_lib')}`;
  const options = ['-inMemory', '-disableTelemetry', '-port', String(port)];
  const server = spawn('java', [library, '-jar', jar, ...options], {
    env: { ...process.env, DDB_LOCAL_TELEMETRY: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  server.stderr.on('data', (chunk) => {
    complaint += String(chunk);
  });
  const ended = new Promise<string>((resolve) => {
    server.once('error', ({ message }) => resolve(message));
    server.once('exit', (code) => resolve(`it ended with ${code}: ${complaint}`));
  });
  const failure = await Promise.race([ended, untilAnswers(endpoint)]);
  if (failure !== null) {
    server.kill();
    throw new Error(`DynamoDB Local did not start from ${jar}: ${failure}`);
  }
  return { endpoint, stop: () => stop(server, ended) };
}

async function stop(server: ChildProcess, ended: Promise<string>): Promise<void> {
  server.kill();
  await ended;
}

/** Null once it answers, else why not. */
async function untilAnswers(endpoint: string): Promise<string | null> {
  for (let poll = 0; poll < START_POLLS; poll++) {
    if (await answers(endpoint)) return null;
    await delay(POLL_MS);
  }
  return 'it does not answer';
}

/** Any answer of HTTP will do: to a request without a signature it is a refusal. */
function answers(endpoint: string): Promise<boolean> {
  return fetch(endpoint).then(
    () => true,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
