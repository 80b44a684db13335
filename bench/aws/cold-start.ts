/**
 * Cold start of each function's bundle, against a bare Hono handler with the same SDK client (`bare.ts`). Each run is a process
 * of its own, taken turn about: the time from an empty process to the loaded bundle, and on to the first answer, with a table
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
  readonly answerClock: number;
  readonly answer: number;
}

/** How long it took to the first answer. */
interface FirstAnswer {
  /** Milliseconds of processor time. */
  readonly cpu: Spread;
  /** As times of the bare handler that asks the table once, run by run; */
  readonly ratio: Spread;
  /** by the clock; */
  readonly clockRatio: Spread;
  /** and of the one that asks it as often as ours. */
  readonly sameCallsRatio: Spread;
}

export interface ColdStart {
  readonly name: string;
  /** Bytes that are loaded at start, as they are and packed, */
  readonly bytes: number;
  readonly gzip: number;
  /** those that are loaded while the first call is under way, */
  readonly then: number;
  /** and those that wait beside until somebody asks for them. */
  readonly later: number;
  /** Milliseconds of processor time to the loaded bundle: steadier than the clock where others work. */
  readonly load: Spread;
  /** As times of the bare handler's, run by run; */
  readonly loadRatio: Spread;
  /** by the clock. */
  readonly clockRatio: Spread;
  /** Null for a function that answers nobody. */
  readonly first: FirstAnswer | null;
}

interface Start {
  /** The folder of its bundle. */
  readonly folder: string;
  /** What it is asked first; null for a function that answers nobody. */
  readonly path: string | null;
}

const BARE_ONCE = 'bare';
const BARE_AS_OFTEN = 'bare, three calls';
const STARTS: Readonly<Record<string, Start>> = {
  [BARE_ONCE]: { folder: 'bare', path: '/' },
  [BARE_AS_OFTEN]: { folder: 'bare', path: '/as-often' },
  api: { folder: 'api', path: '/v1/lookup/2a00:1450:8319:fe42::1' },
  rollup: { folder: 'rollup', path: null },
  refresh: { folder: 'refresh', path: null },
};

/** Measures the bundles, `runs` processes each. */
export async function coldStarts(runs: number): Promise<readonly ColdStart[]> {
  const folder = mkdtempSync(join(tmpdir(), 'prefixwise-cold-'));
  await bundleAll(folder);
  await bundle(BARE, join(folder, 'bare'));
  const emulator = await startEmulator();
  await emulator.createTable('cold');
  const key = await firstKey('cold', emulator.endpoint);
  const measured = new Map<string, Run[]>(Object.keys(STARTS).map((name) => [name, []]));
  for (let run = 0; run < runs; run++) {
    for (const [name, { folder: own, path }] of Object.entries(STARTS)) {
      const event = path === null ? null : httpApiEvent({ method: 'GET', path, key });
      const took = await startOnce(join(folder, own, 'index.js'), event, emulator.endpoint);
      measured.get(name)?.push(took);
    }
  }
  await emulator.close();
  const figures = Object.entries(STARTS).map(([name, start]) => ({
    name,
    ...bytesOf(join(folder, start.folder)),
    ...timesOf(measured.get(name) ?? [], start.path !== null, measured),
  }));
  rmSync(folder, { recursive: true });
  return figures;
}

function bytesOf(folder: string): Pick<ColdStart, 'bytes' | 'gzip' | 'then' | 'later'> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.js'));
  const joined = (isWanted: (file: string) => boolean): Buffer =>
    Buffer.concat(files.filter(isWanted).map((file) => readFileSync(join(folder, file))));
  const start = joined((file) => /^(?:index|start-|rolldown-runtime-)/.test(file));
  const then = joined((file) => file.startsWith('rest-')).length;
  const later = joined(() => true).length - start.length - then;
  return { bytes: start.length, gzip: gzipSync(start).length, then, later };
}

function timesOf(
  own: readonly Run[],
  answers: boolean,
  measured: ReadonlyMap<string, readonly Run[]>,
): Pick<ColdStart, 'load' | 'loadRatio' | 'clockRatio' | 'first'> {
  const ratio = (to: string, of: (run: Run) => number): Spread =>
    ratiosOf(own.map(of), (measured.get(to) ?? []).map(of));
  return {
    load: spreadOf(own.map(({ load }) => load)),
    loadRatio: ratio(BARE_ONCE, ({ load }) => load),
    clockRatio: ratio(BARE_ONCE, ({ loadClock }) => loadClock),
    first: answers
      ? {
          cpu: spreadOf(own.map(({ answer }) => answer)),
          ratio: ratio(BARE_ONCE, ({ answer }) => answer),
          clockRatio: ratio(BARE_ONCE, ({ answerClock }) => answerClock),
          sameCallsRatio: ratio(BARE_AS_OFTEN, ({ answer }) => answer),
        }
      : null,
  };
}

/** One process from its start to its first answer. */
async function startOnce(bundle: string, event: GatewayEvent | null, endpoint: string): Promise<Run> {
  const script = `
    const cpu = process.cpuUsage(), from = process.hrtime.bigint();
    const spent = () => { const { user, system } = process.cpuUsage(cpu); return (user + system) / 1e3; };
    const { handler } = require(${JSON.stringify(bundle)});
    const clock = () => Number(process.hrtime.bigint() - from) / 1e6;
    const loadClock = clock(), load = spent();
    const event = ${JSON.stringify(event)};
    const answered = event === null ? Promise.resolve({ statusCode: 200 }) : handler(event, {});
    answered.then(({ statusCode, body }) => {
      if (statusCode !== 200) throw new Error(body);
      process.stdout.write('\\n' + JSON.stringify({ loadClock, load, answerClock: clock(), answer: spent() }), () => process.exit(0));
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
