/**
 * `npm run bench:http`: the service on a store of a million subjects beside bare Hono, over HTTP.
 */
import { writeFileSync } from 'node:fs';
import { describePinning } from '../measure/cores.ts';
import { describeMachine, thisMachine } from '../measure/machine.ts';
import { whole } from '../measure/print.ts';
import { tellProgress } from '../measure/progress.ts';
import { Senders } from '../world/senders.ts';
import { scratchCopy, storeOf } from '../world/store.ts';
import { type Field, startField, stopField } from './field.ts';
import { HEATS, type Heat } from './heats.ts';
import { publishRows } from './published-rows.ts';
import { race } from './race.ts';
import { type Settings, settingsOf } from './settings.ts';
import { raceStreams } from './stream/race.ts';
import { heatTable, streamTable } from './table.ts';

const STREAM = 'verdicts, one stream';

const settings: Settings = settingsOf(process.argv);
await main();

async function main(): Promise<void> {
  const machine = thisMachine();
  const pinning = describePinning();
  console.log(`${describeMachine(machine)}\n${pinning}`);
  const senders = new Senders(settings.senders);
  // Nobody serves this one: it is what copies are made of.
  const store = scratchCopy(await storeOf(senders));
  const rows = publishRows(store.folder, senders);
  console.log(`${whole(senders.count)} subjects, ${whole(rows)} published rows`);
  const served = scratchCopy(store.folder);
  const field = await startField(served.folder, senders, settings.rivals);
  const heats = await runHeats(field);
  await stopField(field);
  served.remove();
  const stream = STREAM.includes(settings.only) ? await runStreams(store.folder, field) : null;
  store.remove();
  if (settings.json !== undefined) {
    writeFileSync(settings.json, `${JSON.stringify({ machine, pinning, settings, heats, stream })}\n`);
  }
}

async function runHeats(field: Field): Promise<object[]> {
  const heats: object[] = [];
  for (const asked of HEATS.filter(({ name }) => name.includes(settings.only))) {
    const heat = withPresent(asked, field);
    if (heat === null) continue;
    const turns = await race(heat, field, settings);
    report(heat.name, heatTable(heat, turns));
    heats.push({
      name: heat.name,
      contestants: heat.contestants.map((who, at) => ({ ...who, turns: turns[at] })),
    });
  }
  return heats;
}

/** Null when a stream was not taken, which is said: the heats before it stand. */
async function runStreams(folder: string, { samples }: Field): Promise<object | null> {
  const title = `${STREAM} of ${whole(settings.stream)}, a hundred lookups a second meanwhile`;
  try {
    const raced = await raceStreams(folder, samples, settings);
    report(title, streamTable(raced));
    return raced;
  } catch (error) {
    report(title, `failed: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
    return null;
  }
}

function report(name: string, table: string): void {
  tellProgress('');
  console.log(`\n## ${name}\n\n${table}`);
}

/** The heat without those that could not be started, which is said; null when nobody is left to compare with. */
function withPresent(heat: Heat, { servers }: Field): Heat | null {
  const missing = heat.contestants.filter(({ server }) => !servers.has(server));
  for (const { name } of missing) console.log(`\nleft out: ${name}`);
  const [reference, ...others] = heat.contestants.filter(({ server }) => servers.has(server));
  return reference === undefined || others.length === 0
    ? null
    : { ...heat, contestants: [reference, ...others] };
}
