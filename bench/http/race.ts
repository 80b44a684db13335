/**
 * Runs a heat: its contestants take turns, slice by slice, so that each round's figures share the noise of its seconds.
 */
import { tellProgress } from '../measure/progress.ts';
import type { Field } from './field.ts';
import type { Contestant, Heat } from './heats.ts';
import { type Load, loadSchema, type Server, type Slice } from './messages.ts';
import { ITEMS } from './requests.ts';

/** One slice of one contestant. */
export interface Turn extends Load {
  /** Lookups or verdicts a second. */
  readonly perSecond: number;
  /** The server's CPU time for one request, in microseconds: steadier than the clock where others share the machine. */
  readonly cpuPerRequest: number;
  readonly rss: number;
}

export interface Pace {
  readonly senders: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly connections: number;
}

const FEW_CONNECTIONS = 4;

/** Every contestant's turns, in the order of the heat; one round before them warms everybody up. */
export async function race(heat: Heat, field: Field, pace: Pace): Promise<readonly (readonly Turn[])[]> {
  const connections = heat.fewConnections ? FEW_CONNECTIONS : pace.connections;
  const turns: Turn[][] = heat.contestants.map(() => []);
  for (let round = -1; round < pace.rounds; round++) {
    tellProgress(`${heat.name}: round ${Math.max(0, round + 1)} of ${pace.rounds}`);
    for (const [at, contestant] of inTurn([...heat.contestants.entries()], round)) {
      const seconds = round < 0 ? Math.max(heat.warmUp, pace.seconds) : pace.seconds;
      const turn = await run(contestant, field, { ...pace, connections, seconds });
      if (round >= 0) turns[at]?.push(turn);
    }
  }
  return turns;
}

async function run(
  { server, script }: Contestant,
  { servers, load }: Field,
  { senders, connections, seconds }: Omit<Pace, 'rounds'>,
): Promise<Turn> {
  const { usage, port } = serverIn(servers, server);
  const before = await usage();
  const result = await load.ask(
    { senders, port, script, connections, seconds } satisfies Slice,
    loadSchema.parse,
  );
  const after = await usage();
  if (result.failures > 0) throw new Error(`${result.failures} of ${result.requests} requests failed`);
  return {
    ...result,
    perSecond: (result.requests * ITEMS[script]) / result.seconds,
    cpuPerRequest: (after.cpu - before.cpu) / result.requests,
    rss: after.rss,
  };
}

function serverIn(servers: Field['servers'], name: Contestant['server']): Server {
  const server = servers.get(name);
  if (server === undefined) throw new Error(`${name} was not started`);
  return server;
}

/** Each round begins with another contestant, so that nobody always runs after the heaviest. */
function inTurn<T>(all: readonly T[], round: number): readonly T[] {
  const first = (round + all.length) % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}
