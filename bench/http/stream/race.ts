/**
 * One request with a million verdicts, and what lookups feel of it. Each run starts a server anew, ours on a copy of the store
 * of its own: so the most memory it had is that of one stream, and the next round finds the store as it was.
 */
import { LOAD_CORE } from '../../measure/cores.ts';
import { tellProgress } from '../../measure/progress.ts';
import { scratchCopy } from '../../world/store.ts';
import { type Samples, startBare, startOurs } from '../field.ts';
import type { Server } from '../messages.ts';
import { Peer } from '../peer.ts';
import { type Streamed, type StreamOrder, streamedSchema } from './messages.ts';

export interface StreamRace {
  readonly contestants: readonly { readonly name: string; readonly turns: readonly StreamTurn[] }[];
}

export interface StreamTurn extends Streamed {
  readonly perSecond: number;
  /** Microseconds of the server's CPU time, that for lookups meanwhile included. */
  readonly cpuPerVerdict: number;
  /** The most memory the server had, in bytes. */
  readonly peak: number;
}

export interface StreamPace {
  readonly senders: number;
  readonly stream: number;
  readonly streamRounds: number;
}

/** Verdicts of the stream that warms a server up. */
const WARM_UP = 20_000;
const REST_SECONDS = 5;

/** Lets both run turn about; `folder` is a store that nobody serves. */
export async function raceStreams(folder: string, samples: Samples, pace: StreamPace): Promise<StreamRace> {
  const load = Peer.start('./stream/load.ts', LOAD_CORE);
  const contestants = [
    { name: 'bare Hono, lines read and dropped', run: () => onBare(samples, load, pace), turns: turns() },
    { name: 'durable', run: () => onOurs(folder, load, pace), turns: turns() },
  ];
  try {
    for (let round = 0; round < pace.streamRounds; round++) {
      for (const { name, run, turns } of contestants) {
        tellProgress(`stream, ${name}: round ${round + 1} of ${pace.streamRounds}`);
        turns.push(await run());
      }
    }
  } finally {
    await load.stop();
  }
  return { contestants: contestants.map(({ name, turns }) => ({ name, turns })) };
}

function turns(): StreamTurn[] {
  return [];
}

async function onBare(samples: Samples, load: Peer, pace: StreamPace): Promise<StreamTurn> {
  return run(await startBare(samples), load, pace);
}

async function onOurs(store: string, load: Peer, pace: StreamPace): Promise<StreamTurn> {
  const { folder, remove } = scratchCopy(store);
  try {
    return await run(await startOurs(folder), load, pace);
  } finally {
    remove();
  }
}

async function run(server: Server, load: Peer, { senders, stream }: StreamPace): Promise<StreamTurn> {
  const send = (verdicts: number, restSeconds: number, run: string): Promise<Streamed> =>
    load.ask(
      { port: server.port, senders, verdicts, restSeconds, run } satisfies StreamOrder,
      streamedSchema.parse,
    );
  try {
    await send(Math.min(WARM_UP, stream), 1, 'warm-up');
    const before = await server.usage();
    const streamed = await send(stream, REST_SECONDS, 'stream');
    const after = await server.usage();
    return {
      ...streamed,
      perSecond: stream / streamed.seconds,
      cpuPerVerdict: (after.cpu - before.cpu) / stream,
      peak: after.peak,
    };
  } finally {
    await server.stop();
  }
}
