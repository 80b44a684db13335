/**
 * Verdict records as bytes: what retraction needs, and no more (no address: the end site is what is kept).
 */
import { ladderOf } from '../../allocation/ladder.ts';
import { prefixOfKey, rungKey } from '../../reputation/rung.ts';
import { STANCES, type Stance } from '../../reputation/stance.ts';
import { VERDICTS } from '../../reputation/verdict.ts';
import type { Reporter, VerdictRecord } from '../port.ts';
import { ByteReader, ByteWriter } from './bytes.ts';

/** Layouts 1 to 3 told both times in full, and what kind of verdict it is in a byte of its own. */
const LAYOUT = 4;

/** How the reporter is heard; 0 for an untrusted one. */
const TRUSTED = 1;
const FAINT = 2;
/** How many voices and stances, none among them, there may be: verdict, voice and stance share a number. */
const VOICES = 4;
const MOST_STANCES = 4;

/** A verdict as stored: the record but for what the key says (reporter and id), and when it was received. */
export interface StoredVerdict extends Omit<VerdictRecord, 'id' | 'reporter'> {
  readonly voice: Omit<Reporter, 'id'>;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
}

const writer = new ByteWriter();

export function encodeVerdict(record: VerdictRecord, receivedAt: number): Buffer {
  write(record, receivedAt);
  return writer.finish();
}

/** As `encodeVerdict`, as a text of the bytes. */
export function verdictAsText(record: VerdictRecord, receivedAt: number): string {
  write(record, receivedAt);
  return writer.text();
}

function write(record: VerdictRecord, receivedAt: number): void {
  const { at, bin, account, count } = record;
  writer.number(LAYOUT);
  writer.number(receivedAt);
  // Mostly the same. Later than received only where the clock was set back.
  writer.number(at <= receivedAt ? (receivedAt - at) * 2 : (at - receivedAt) * 2 - 1);
  writer.number(kindOf(record));
  writer.number(count);
  writer.number(bin === null ? 0 : bin + 1);
  writer.bytes(rungKey(record.ladder.subject));
  writer.bytes(account ?? '');
}

/** Throws a RangeError when the bytes are no verdict: a damaged file, not an expected failure. */
export function decodeVerdict(bytes: Uint8Array): StoredVerdict {
  const reader = new ByteReader(bytes);
  const layout = reader.number();
  if (layout !== LAYOUT) throw new RangeError(`verdict record of unknown layout ${layout}`);
  const receivedAt = reader.number();
  const age = reader.number();
  const at = age % 2 === 0 ? receivedAt - age / 2 : receivedAt + (age + 1) / 2;
  const kind = reader.number();
  const count = reader.number();
  const bin = reader.number();
  const subject = prefixOfKey(reader.bytes());
  const account = reader.bytes();
  const voice = kind % VOICES;
  const stance = STANCES[(Math.floor(kind / VOICES) % MOST_STANCES) - 1];
  const verdict = VERDICTS[Math.floor(kind / (VOICES * MOST_STANCES))];
  if (verdict === undefined || subject === null || !Number.isSafeInteger(at))
    throw new RangeError('verdict record without verdict, subject or time');
  return {
    receivedAt,
    at,
    verdict,
    count,
    voice: voice === FAINT ? { trusted: false, faint: true } : { trusted: voice === TRUSTED },
    bin: bin === 0 ? null : bin - 1,
    ladder: ladderOf(subject),
    ...(account === '' ? {} : { account }),
    ...(stance === undefined ? {} : { stance }),
  };
}

function kindOf({ reporter, stance, verdict }: VerdictRecord): number {
  return numberOf(reporter) + VOICES * (stanceNumber(stance) + MOST_STANCES * VERDICTS.indexOf(verdict));
}

function numberOf({ trusted, faint }: Reporter): number {
  if (trusted) return TRUSTED;
  return faint === true ? FAINT : 0;
}

function stanceNumber(stance: Stance | undefined): number {
  return stance === undefined ? 0 : STANCES.indexOf(stance) + 1;
}

/** When the record was received: its second number, read without decoding the rest. */
export function receivedAtOf(bytes: Uint8Array): number {
  const reader = new ByteReader(bytes);
  reader.number();
  return reader.number();
}
