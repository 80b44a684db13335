/**
 * `npm run bench:http`: the service on a store of a million subjects beside bare Hono, over HTTP.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { Random } from '../accuracy/random.ts';
import { describeMachine, thisMachine } from '../measure/machine.ts';
import { decimals, plainTable, whole, withRange } from '../measure/print.ts';
import { ratiosOf, spreadOf } from '../measure/statistics.ts';
import { Popularity } from '../world/popularity.ts';
import { Senders } from '../world/senders.ts';
import { scratchCopy, storeOf } from '../world/store.ts';
import { type Contestant, HEATS, type Heat } from './heats.ts';
import type { Server } from './messages.ts';
import { canPin, Peer } from './peer.ts';
import { type Field, race, startServer, type Turn } from './race.ts';
import { hasCrowdSec, startCrowdSec } from './rivals/crowdsec.ts';
import { type Settings, settingsOf } from './settings.ts';

const SERVER_CORE = 0;
const LOAD_CORE = 1;
/** Bans of the larger CrowdSec. */
const DECISIONS = 100_000;
/** Answers looked at to find one of the usual length. */
const SAMPLES = 201;

const settings: Settings = settingsOf(process.argv);
await main();

async function main(): Promise<void> {
  const machine = thisMachine();
  const senders = new Senders(settings.senders);
  const { folder, remove } = scratchCopy(await storeOf(senders));
  console.log(describeMachine(machine));
  console.log(
    canPin()
      ? `servers on core ${SERVER_CORE}, load on core ${LOAD_CORE}`
      : 'taskset is missing: nothing is pinned',
  );
  const field = await startField(folder, senders);
  const heats: object[] = [];
  for (const asked of HEATS.filter(({ name }) => name.includes(settings.only))) {
    const heat = withPresent(asked, field);
    if (heat === null) continue;
    const turns = await race(heat, field, settings);
    console.log(`\n## ${heat.name}\n\n${tableOf(heat, turns)}`);
    heats.push({
      name: heat.name,
      contestants: heat.contestants.map((who, at) => ({ ...who, turns: turns[at] })),
    });
  }
  await Promise.all([field.load, ...field.servers.values()].map((peer) => peer.stop()));
  remove();
  if (settings.json !== undefined) {
    writeFileSync(settings.json, `${JSON.stringify({ machine, settings, heats })}\n`);
  }
}

/** The heat without those that are not installed, which is said; null when nobody is left to compare with. */
function withPresent(heat: Heat, { servers }: Field): Heat | null {
  const missing = heat.contestants.filter(({ server }) => !servers.has(server));
  for (const { name } of missing) console.log(`\nnot installed here, left out: ${name}`);
  const [reference, ...others] = heat.contestants.filter(({ server }) => servers.has(server));
  return reference === undefined || others.length === 0
    ? null
    : { ...heat, contestants: [reference, ...others] };
}

async function startField(folder: string, senders: Senders): Promise<Field> {
  const load = Peer.start('./load.ts', LOAD_CORE);
  const ours = await startServer(Peer.start('./ours.ts', SERVER_CORE), { order: 'serve', folder });
  const samples = await sampleAnswers(ours, senders);
  const bare = await startServer(Peer.start('./bare.ts', SERVER_CORE), {
    order: 'answer',
    one: samples.one,
    many: samples.many,
  });
  return { load, servers: new Map([['ours', ours], ['bare', bare], ...(await startRivals(senders))]) };
}

/** Those whose programs are installed: Debian's redis-server and crowdsec. */
async function startRivals(senders: Senders): Promise<[Contestant['server'], Server][]> {
  const rivals: [Contestant['server'], Server][] = [];
  if (!settings.rivals) return rivals;
  if (spawnSync('redis-server', ['--version']).error === undefined) {
    const peer = Peer.start('./rivals/iprepd.ts', SERVER_CORE);
    rivals.push(['iprepd', await startServer(peer, { order: 'remember', senders: senders.count })]);
  }
  if (!hasCrowdSec()) return rivals;
  const random = new Random(20_267, 'decisions');
  const prefixes = Array.from({ length: DECISIONS }, (_, i) => senders.textOf(i % senders.count, random));
  rivals.push(['crowdsec-1k', await startCrowdSec(prefixes.slice(0, 1000), SERVER_CORE)]);
  rivals.push(['crowdsec-100k', await startCrowdSec(prefixes, SERVER_CORE)]);
  return rivals;
}

/** An answer of the median length, and a bulk answer. */
async function sampleAnswers({ port }: Server, senders: Senders): Promise<{ one: string; many: string }> {
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

function tableOf({ items, contestants }: Heat, turns: readonly (readonly Turn[])[]): string {
  const head = [
    '',
    `${items}/s`,
    'ratio',
    'CPU us',
    'ratio',
    'p50 ms',
    'p99 ms',
    'ratio',
    'p99.9 ms',
    'RSS MB',
  ];
  const reference = turns[0] ?? [];
  const rows = contestants.map(({ name }, at) => {
    const own = turns[at] ?? [];
    const figures = (of: (turn: Turn) => number): number[] => own.map(of);
    const ratio = (of: (turn: Turn) => number): string =>
      withRange(ratiosOf(own.map(of), reference.map(of)), decimals(2));
    return [
      name,
      withRange(spreadOf(figures((turn) => turn.perSecond)), whole),
      at === 0 ? '' : ratio((turn) => turn.perSecond),
      decimals(1)(spreadOf(figures((turn) => turn.cpuPerRequest)).median),
      at === 0 ? '' : ratio((turn) => turn.cpuPerRequest),
      decimals(2)(spreadOf(figures((turn) => turn.p50)).median),
      decimals(2)(spreadOf(figures((turn) => turn.p99)).median),
      at === 0 ? '' : ratio((turn) => turn.p99),
      decimals(2)(spreadOf(figures((turn) => turn.p999)).median),
      whole(Math.max(...figures((turn) => turn.rss)) / 1e6),
    ];
  });
  return plainTable(head, rows);
}
