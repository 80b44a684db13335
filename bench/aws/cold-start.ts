/**
 * Cold start of each function's bundle, against a bare Hono handler with the same SDK client: time from `node` to the
 * bundle's end, each in a process of its own, taken turn about.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { bundleAll } from '../../infra/bundle.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BARE = `
import { DynamoDBClient, BatchGetItemCommand, DeleteItemCommand, GetItemCommand, PutItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';
const client = new DynamoDBClient({ accountIdEndpointMode: 'disabled' });
const app = new Hono();
const commands = { BatchGetItemCommand, DeleteItemCommand, GetItemCommand, PutItemCommand, QueryCommand, UpdateItemCommand };
app.get('/:name', async (c) => c.json(await client.send(new commands[c.req.param('name')]({ TableName: 't' }))));
export const handler = handle(app);
`;

export interface ColdStart {
  readonly name: string;
  readonly bytes: number;
  readonly gzip: number;
  /** Milliseconds to load the bundle: median and least of the runs. */
  readonly median: number;
  readonly least: number;
}

/** Measures the bundles, `runs` processes each. */
export async function coldStarts(runs: number): Promise<readonly ColdStart[]> {
  const folder = mkdtempSync(join(tmpdir(), 'prefixwise-cold-'));
  await bundleAll(folder);
  await bareHandler(join(folder, 'bare', 'index.js'));
  const names = ['bare', 'api', 'rollup'];
  const times = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let run = 0; run < runs; run++) {
    for (const name of names) times.get(name)?.push(loadTime(join(folder, name, 'index.js')));
  }
  const figures = names.map((name) => {
    const file = join(folder, name, 'index.js');
    const sorted = (times.get(name) ?? []).sort((a, b) => a - b);
    return {
      name,
      bytes: statSync(file).size,
      gzip: gzipSync(readFileSync(file)).length,
      median: sorted[Math.floor(sorted.length / 2)] ?? 0,
      least: sorted[0] ?? 0,
    };
  });
  rmSync(folder, { recursive: true });
  return figures;
}

/** A handler with routes to nothing but the client, bundled as ours are. */
async function bareHandler(outfile: string): Promise<void> {
  await build({
    stdin: { contents: BARE, resolveDir: ROOT, loader: 'js' },
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    alias: { '@aws-sdk/credential-provider-node': join(ROOT, 'infra', 'env-credentials.ts') },
  });
}

function loadTime(file: string): number {
  const script = join(file, '..', 'time.cjs');
  writeFileSync(
    script,
    `const t = process.hrtime.bigint(); require(${JSON.stringify(file)}); console.log(Number(process.hrtime.bigint() - t) / 1e6); process.exit(0);`,
  );
  const { PATH } = process.env;
  const env = {
    PATH,
    TABLE_NAME: 'cold',
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'none',
    AWS_SECRET_ACCESS_KEY: 'none',
    // Nothing listens there: a start asks the store, but its time is the network's, not ours.
    DYNAMODB_ENDPOINT: 'http://127.0.0.1:9',
  };
  return Number(execFileSync(process.execPath, ['--no-warnings', script], { env }).toString());
}
