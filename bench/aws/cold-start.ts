/**
 * Cold start of each function's bundle, against a bare Hono handler with the same SDK client. Each run is a process of its
 * own, taken turn about: the time from an empty process to the loaded bundle, and on to the first answer, with a table
 * that has nothing in it but the caller's key.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { bundle, bundleAll } from '../../infra/bundle.ts';
import { startEmulator } from '../../test/support/dynalite.ts';
import { firstKey } from '../../test/support/first-key.ts';
import { type GatewayEvent, httpApiEvent } from '../../test/support/gateway-events.ts';
import { ratiosOf, type Spread, spreadOf } from '../measure/statistics.ts';

const BARE = fileURLToPath(new URL('bare.ts', import.meta.url));

/** What one process took, in milliseconds of the clock and of the processor. */
interface Run {
  readonly loadClock: number;
  readonly load: number;
  /** From the start to the first answer; equal to `load` for a function that answers nobody. */
  readonly answer: number;
}

export interface ColdStart {
  readonly name: string;
  /** Bytes that are loaded at start, as they are and packed, */
  readonly bytes: number;
  readonly gzip: number;
  /** and those that wait beside until somebody asks for them. */
  readonly later: number;
  /** Milliseconds of processor time to the loaded bundle: steadier than the clock where others work. */
  readonly load: Spread;
  /** As times of the bare handler's, run by run; */
  readonly loadRatio: Spread;
  /** by the clock; */
  readonly clockRatio: Spread;
  /** and to the first answer. */
  readonly answerRatio: Spread;
}

/** What each is asked first; null for a function that answers nobody. */
const FIRST_CALLS: Readonly<Record<string, string | null>> = {
  bare: '/',
  api: '/v1/lookup/2a00:1450:8319:fe42::1',
  rollup: null,
  refresh: null,
};

/** Measures the bundles, `runs` processes each. */
export async function coldStarts(runs: number): Promise<readonly ColdStart[]> {
  const folder = mkdtempSync(join(tmpdir(), 'prefixwise-cold-'));
  await bundleAll(folder);
  await bundle(BARE, join(folder, 'bare'));
  const emulator = await startEmulator();
  await emulator.createTable('cold');
  const key = await firstKey('cold', emulator.endpoint);
  const measured = new Map<string, Run[]>(Object.keys(FIRST_CALLS).map((name) => [name, []]));
  for (let run = 0; run < runs; run++) {
    for (const [name, own] of measured) {
      const path = FIRST_CALLS[name] ?? null;
      const event = path === null ? null : httpApiEvent({ method: 'GET', path, key });
      own.push(await startOnce(join(folder, name, 'index.js'), event, emulator.endpoint));
    }
  }
  await emulator.close();
  const bare = measured.get('bare') ?? [];
  const figures = [...measured].map(([name, own]) => figuresOf(name, join(folder, name), own, bare));
  rmSync(folder, { recursive: true });
  return figures;
}

function figuresOf(name: string, folder: string, own: readonly Run[], bare: readonly Run[]): ColdStart {
  const files = readdirSync(folder).filter((file) => file.endsWith('.js'));
  const contents = new Map(files.map((file) => [file, readFileSync(join(folder, file))]));
  const start = Buffer.concat([...contents].filter(([file]) => isEager(file)).map(([, content]) => content));
  const all = [...contents.values()].reduce((sum, { length }) => sum + length, 0);
  const ratio = (of: (run: Run) => number): Spread => ratiosOf(own.map(of), bare.map(of));
  return {
    name,
    bytes: start.length,
    gzip: gzipSync(start).length,
    later: all - start.length,
    load: spreadOf(own.map(({ load }) => load)),
    loadRatio: ratio(({ load }) => load),
    clockRatio: ratio(({ loadClock }) => loadClock),
    answerRatio: ratio(({ answer }) => answer),
  };
}

function isEager(file: string): boolean {
  return /^(?:index|start-|rolldown-runtime-)/.test(file);
}

/** One process from its start to its first answer. */
async function startOnce(bundle: string, event: GatewayEvent | null, endpoint: string): Promise<Run> {
  const script = `
    const cpu = process.cpuUsage(), from = process.hrtime.bigint();
    const spent = () => { const { user, system } = process.cpuUsage(cpu); return (user + system) / 1e3; };
    const { handler } = require(${JSON.stringify(bundle)});
    const loadClock = Number(process.hrtime.bigint() - from) / 1e6, load = spent();
    const event = ${JSON.stringify(event)};
    const answered = event === null ? Promise.resolve({ statusCode: 200 }) : handler(event, {});
    answered.then(({ statusCode, body }) => {
      if (statusCode !== 200) throw new Error(body);
      process.stdout.write('\\n' + JSON.stringify({ loadClock, load, answer: spent() }), () => process.exit(0));
    });`;
  const { PATH } = process.env;
  const env = {
    PATH,
    TABLE_NAME: 'cold',
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'none',
    AWS_SECRET_ACCESS_KEY: 'none',
    LOOKUP_BUDGET_MS: '5000',
    DYNAMODB_ENDPOINT: endpoint,
  };
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', '-e', script], { env });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}
