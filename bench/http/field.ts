/**
 * The servers that run against each other, each in a process of its own, all on the same core.
 */
import { spawnSync } from 'node:child_process';
import { freemem } from 'node:os';
import { Random } from '../accuracy/random.ts';
import { LOAD_CORE, SERVER_CORE } from '../measure/cores.ts';
import { Popularity } from '../world/popularity.ts';
import type { Senders } from '../world/senders.ts';
import type { Contestant } from './heats.ts';
import { type Server, startedSchema } from './messages.ts';
import { Peer } from './peer.ts';
import { hasCrowdSec, startCrowdSec } from './rivals/crowdsec.ts';
import { usageSchema } from './usage.ts';

/** Bans of the larger CrowdSec. */
const DECISIONS = 100_000;
/** Answers looked at to find one of the usual length. */
const SAMPLES = 201;

export interface Field {
  readonly load: Peer;
  /** Those that could be started here. */
  readonly servers: ReadonlyMap<Contestant['server'], Server>;
  /** What those that answer ready bytes answer. */
  readonly samples: Samples;
}

/** Answers of ours, as text. */
export interface Samples {
  readonly one: string;
  readonly many: string;
}

/** Starts ours on a store's folder, those it is measured by, and with `rivals` others' where they are installed. */
export async function startField(folder: string, senders: Senders, rivals: boolean): Promise<Field> {
  const load = Peer.start('./load.ts', LOAD_CORE);
  const ours = await startOurs(folder);
  const samples = await sampleAnswers(ours, senders);
  const servers = new Map<Contestant['server'], Server>([['ours', ours]]);
  servers.set('bare', await startBare(samples));
  servers.set('node', await startServer('./floors/node-http.ts', { order: 'answer', ...samples }));
  if (freemem() > 2 * senders.count * samples.one.length) {
    const order = { order: 'keep', senders: senders.count, one: samples.one };
    servers.set('at-hand', await startServer('./floors/at-hand.ts', order));
  } else console.log('too little memory is free to keep an answer of each sender');
  if (rivals) await startRivals(senders, servers);
  return { load, servers, samples };
}

export function startOurs(folder: string): Promise<Server> {
  return startServer('./ours.ts', { order: 'serve', folder });
}

export function startBare(samples: Samples): Promise<Server> {
  return startServer('./bare.ts', { order: 'answer', ...samples });
}

export async function stopField({ load, servers }: Field): Promise<void> {
  await Promise.all([load, ...servers.values()].map((peer) => peer.stop()));
}

/** Starts a server with its first order. */
async function startServer(file: string, order: object): Promise<Server> {
  const peer = Peer.start(file, SERVER_CORE);
  const { port } = await peer.ask(order, startedSchema.parse);
  const usage = () => peer.ask({ order: 'usage' }, usageSchema.parse);
  return { port, usage, stop: () => peer.stop() };
}

/** Those whose programs are installed: Debian's redis-server and crowdsec. */
async function startRivals(senders: Senders, servers: Map<Contestant['server'], Server>): Promise<void> {
  if (spawnSync('redis-server', ['--version']).error === undefined) {
    const order = { order: 'remember', senders: senders.count };
    servers.set('iprepd', await startServer('./rivals/iprepd.ts', order));
  } else console.log('redis-server is not installed');
  if (!hasCrowdSec()) return console.log('crowdsec is not installed');
  const random = new Random(20_267, 'decisions');
  const prefixes = Array.from({ length: DECISIONS }, (_, i) => senders.textOf(i % senders.count, random));
  servers.set('crowdsec-1k', await startCrowdSec(prefixes.slice(0, 1000), SERVER_CORE));
  servers.set('crowdsec-100k', await startCrowdSec(prefixes, SERVER_CORE));
}

/** An answer of the median length, and a bulk answer. */
async function sampleAnswers({ port }: Server, senders: Senders): Promise<Samples> {
  const random = new Random(20_264, 'samples');
  const popularity = new Popularity(senders.count);
  const addresses = Array.from({ length: 1000 }, () => senders.textOf(popularity.draw(random), random));
  const origin = `http://127.0.0.1:${port}/v1/lookup`;
  const answers: string[] = [];
  for (const address of addresses.slice(0, SAMPLES))
    answers.push(await (await fetch(`${origin}/${address}`)).text());
  const one = answers.toSorted((a, b) => a.length - b.length)[SAMPLES >> 1] ?? '';
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(origin, { method: 'POST', headers, body: JSON.stringify({ addresses }) });
  return { one, many: await response.text() };
}
