/**
 * `npm run bench:http`: the service on a store of a million subjects beside bare Hono, over HTTP.
 */
import { writeFileSync } from 'node:fs';
import { Random } from '../accuracy/random.ts';
import { describeMachine, thisMachine } from '../measure/machine.ts';
import { decimals, plainTable, whole, withRange } from '../measure/print.ts';
import { ratiosOf, spreadOf } from '../measure/statistics.ts';
import { Popularity } from '../world/popularity.ts';
import { Senders } from '../world/senders.ts';
import { scratchCopy, storeOf } from '../world/store.ts';
import { HEATS, type Heat } from './heats.ts';
import { canPin, Peer } from './peer.ts';
import { type Field, race, type Server, startServer, type Turn } from './race.ts';
import { type Settings, settingsOf } from './settings.ts';

const SERVER_CORE = 0;
const LOAD_CORE = 1;
/** Answers looked at to find one of the usual length. */
const SAMPLES = 201;

await main(settingsOf(process.argv));

async function main(settings: Settings): Promise<void> {
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
  for (const heat of HEATS.filter(({ name }) => name.includes(settings.only))) {
    const turns = await race(heat, field, settings);
    console.log(`\n## ${heat.name}\n\n${tableOf(heat, turns)}`);
    heats.push({
      name: heat.name,
      contestants: heat.contestants.map((who, at) => ({ ...who, turns: turns[at] })),
    });
  }
  await Promise.all(
    [field.load, field.servers.ours.peer, field.servers.bare.peer].map((peer) => peer.stop()),
  );
  remove();
  if (settings.json !== undefined) {
    writeFileSync(settings.json, `${JSON.stringify({ machine, settings, heats })}\n`);
  }
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
  return { load, servers: { ours, bare } };
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
