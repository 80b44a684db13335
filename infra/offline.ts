/**
 * The packaged functions on this machine, without AWS: `npm run offline`.
 *
 * An emulator holds the table, real gateway events go into the API's handler, the stream is pumped into the roll-up's, and the
 * refresh's runs once, for the files in `REFRESH_SOURCES`. Nothing is kept when it ends. (serverless-offline does this too, with half a gigabyte of memory and a tenth of the speed.)
 */
import { createServer, type IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { ApiHandler } from '../functions/aws/api-app.ts';
import type { refreshHandler } from '../functions/aws/refresh-handler.ts';
import type { SourceOutcome } from '../lib/published/refresh/refresh.ts';
import type { createRollupHandler } from '../lib/store/dynamodb/rollup/handler.ts';
import { startEmulator } from '../test/support/dynalite.ts';
import { firstKey } from '../test/support/first-key.ts';
import { httpApiEvent } from '../test/support/gateway-events.ts';
import { Pump } from '../test/support/stream-log.ts';

const TABLE = 'prefixwise-offline';
/** Lambda asks a stream four times a second. */
const PUMP_EVERY_MS = 250;
/** What a run of the refresh has, as in serverless.yml. */
const REFRESH_MS = 900_000;

export interface Offline {
  readonly url: string;
  /** A key to call it with: on AWS nothing is open. */
  readonly key: string;
  /** Reads the files that `REFRESH_SOURCES` lists, as the schedule would have it; none when it lists none. */
  refresh(): Promise<readonly SourceOutcome[]>;
  close(): Promise<void>;
}

/** Starts everything; the functions must have been bundled. Port 0 lets the system choose. */
export async function startOffline(port: number): Promise<Offline> {
  const emulator = await startEmulator();
  const log = await emulator.createTable(TABLE);
  const key = await firstKey(TABLE, emulator.endpoint);
  Object.assign(process.env, {
    TABLE_NAME: TABLE,
    DYNAMODB_ENDPOINT: emulator.endpoint,
    PUBLIC_URL: `http://127.0.0.1:${port}`,
  });
  const require = createRequire(import.meta.url);
  const api: { handler: ApiHandler } = require('../build/lambda/api/index.js');
  const rollup: {
    handler: ReturnType<typeof createRollupHandler>;
  } = require('../build/lambda/rollup/index.js');
  const pump = new Pump(log, rollup.handler);
  const timer = setInterval(() => void pump.untilQuiet(), PUMP_EVERY_MS);
  const server = createServer((request, response) => {
    answer(api.handler, request).then(
      ({ status, headers, body }) => response.writeHead(status, headers).end(body),
      (error: unknown) => response.writeHead(502).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen');
  return {
    url: `http://127.0.0.1:${address.port}`,
    key,
    refresh: () => {
      const refresh: {
        handler: ReturnType<typeof refreshHandler>;
      } = require('../build/lambda/refresh/index.js');
      return refresh.handler({}, { getRemainingTimeInMillis: () => REFRESH_MS });
    },
    close: async () => {
      clearInterval(timer);
      await pump.untilQuiet();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await emulator.close();
    },
  };
}

/** One request as the gateway would pass it on, and the handler's answer to it. */
async function answer(handler: ApiHandler, request: IncomingMessage) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { pathname, search } = new URL(request.url ?? '/', 'http://offline');
  const event = httpApiEvent({
    method: request.method ?? 'GET',
    path: pathname,
    query: search.slice(1),
    ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks).toString() }),
  });
  const given = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
  const headers = { ...event.headers, ...Object.fromEntries(given) };
  const result = await handler({ ...event, headers });
  if (!('statusCode' in result)) throw new Error('the handler gave no answer');
  const { statusCode: status, body = '', isBase64Encoded } = result;
  return { status, headers: result.headers, body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8') };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { PORT = '8080' } = process.env;
  const { url, key, refresh } = await startOffline(Number(PORT));
  process.stdout.write(`the packaged functions answer on ${url}; nothing is kept when this ends\n`);
  process.stdout.write(`PREFIXWISE_URL=${url} PREFIXWISE_KEY=${key}\n`);
  for (const { name, outcome, reason } of await refresh()) {
    process.stdout.write(`${name}: ${outcome}${reason === null ? '' : `, ${reason}`}\n`);
  }
}
