/**
 * What calls of the API cost in read and write units, and what the roll-up adds to each kind of report: the functions' own
 * code, gateway events in, recorded mail, a table on the emulator that says what was consumed.
 */
import { formatAddress } from '../../lib/net/address.ts';
import { type RecordedMessage, recordedMail } from '../world/recorded-mail.ts';
import type { Consumed } from './consumption.ts';
import { FunctionsOnTable, type Reporter, type Spent } from './functions-on-table.ts';

/** What one costs: an address of a lookup, an event of an admission, a verdict of a report. */
export interface Units extends Spent {
  readonly kind: string;
  /** How many of them a call has. */
  readonly perCall: number;
}

const BATCH = 20;
const BULK = 100;
const ADMISSIONS = 20;
/** Events after which a sender that is not known is over its limits. */
const TOO_MANY = 40;
const SENDER = '8.8.8.8';
/** Reports after which others know a sender. */
const MANY = 8;
/** What the recorded past is pressed into, as a verdict may be 30 days old. What is measured comes now. */
const SPAN_MS = 29 * 24 * 3_600_000;

/** Measures each kind with so many messages of recorded mail, on a table to which `history` messages were reported before. */
export async function measureUnits(history: number, messages: number): Promise<readonly Units[]> {
  const now = Date.now();
  const all = recordedMail();
  const past = pressed(all.slice(0, history), now);
  const mail = all.slice(history).map((message) => ({ ...message, at: now }));
  const measuring = new Measuring(await FunctionsOnTable.open(), mail);
  await measuring.report(past, BATCH, 'trusted');
  await measureQuestions(measuring, messages);
  await measureReports(measuring, messages, wellKnown(past, now));
  await measuring.functions.close();
  return measuring.measured;
}

/** Measurements under way, and the mail that is left for them. */
class Measuring {
  readonly functions: FunctionsOnTable;
  readonly measured: Units[] = [];
  readonly #mail: RecordedMessage[];

  constructor(functions: FunctionsOnTable, mail: readonly RecordedMessage[]) {
    this.functions = functions;
    this.#mail = [...mail];
  }

  next(count: number): readonly RecordedMessage[] {
    return this.#mail.splice(0, count);
  }

  /** What work on `count` of a kind comes to for one. */
  async measure(kind: string, count: number, perCall: number, work: () => Promise<void>): Promise<void> {
    const { api, rollup, deliveries, logBytes } = await this.functions.spentOn(work);
    this.measured.push({
      kind,
      perCall,
      api: each(api, count),
      rollup: each(rollup, count),
      deliveries: deliveries / count,
      logBytes: logBytes / count,
    });
  }

  /** Reports so many a call; resolves to the verdicts' ids. */
  async report(
    said: readonly RecordedMessage[],
    size: number,
    reporter: Reporter,
  ): Promise<readonly string[]> {
    const ids: string[] = [];
    for (let i = 0; i < said.length; i += size) {
      ids.push(...(await this.functions.report(said.slice(i, i + size), reporter)));
    }
    return ids;
  }
}

async function measureQuestions(measuring: Measuring, messages: number): Promise<void> {
  const { functions } = measuring;
  functions.restart();
  await measuring.measure('lookup, the first of a container', 1, 1, () => functions.lookup(SENDER));
  const asked = measuring.next(messages).map(({ address }) => formatAddress(address));
  await measuring.measure('lookup', asked.length, 1, async () => {
    for (const address of asked) await functions.lookup(address);
  });
  const bulk = measuring.next(BULK);
  await measuring.measure('lookup in bulk, of an address', bulk.length, BULK, () =>
    functions.lookupAll(bulk),
  );
  await measuring.measure('admission of a message', ADMISSIONS, 1, async () => {
    for (const address of asked.slice(0, ADMISSIONS)) await functions.admit(address);
  });
  for (let i = 0; i < TOO_MANY; i++) await functions.admit(SENDER);
  await measuring.measure('admission, over the limit', ADMISSIONS, 1, async () => {
    for (let i = 0; i < ADMISSIONS; i++) await functions.admit(SENDER);
  });
}

async function measureReports(
  measuring: Measuring,
  messages: number,
  known: readonly RecordedMessage[],
): Promise<void> {
  const { functions } = measuring;
  let ids: readonly string[] = [];
  const report = (kind: string, said: readonly RecordedMessage[], size: number, reporter: Reporter) =>
    measuring.measure(`verdict, ${kind}, ${size} a call`, said.length, size, async () => {
      ids = await measuring.report(said, size, reporter);
    });
  await report('trusted reporter', measuring.next(messages), 1, 'trusted');
  await report('trusted reporter', measuring.next(messages), BATCH, 'trusted');
  await report('untrusted reporter', measuring.next(messages), BATCH, 'untrusted');
  await report('untrusted reporter', measuring.next(messages), 1, 'untrusted');
  const theirs = ids;
  await report('untrusted, its stance counted', known, 1, 'untrusted');
  const complaints = measuring.next(messages);
  await measuring.measure('feedback report (XARF)', complaints.length, 1, async () => {
    for (const complaint of complaints) await functions.complain(complaint);
  });
  await measuring.measure('verdict taken back', theirs.length, 1, async () => {
    for (const id of theirs) await functions.takeBack(id, 'untrusted');
  });
}

/** The same mail, in a span of time that ends at `now`. */
function pressed(mail: readonly RecordedMessage[], now: number): readonly RecordedMessage[] {
  const first = mail[0]?.at ?? 0;
  const length = (mail.at(-1)?.at ?? 0) - first;
  return mail.map((message) => ({ ...message, at: now - SPAN_MS * (1 - (message.at - first) / length) }));
}

/** The message by which so much was reported of a sender that the others' word on it is clear; one of each such sender. */
function wellKnown(past: readonly RecordedMessage[], now: number): readonly RecordedMessage[] {
  const times = new Map<string, number>();
  return past
    .filter(({ address }) => {
      const sender = formatAddress(address);
      times.set(sender, (times.get(sender) ?? 0) + 1);
      return times.get(sender) === MANY;
    })
    .map((message) => ({ ...message, at: now }));
}

function each({ reads, writes }: Consumed, count: number): Consumed {
  return { reads: reads / count, writes: writes / count };
}
