/**
 * Verdict records as bytes: what retraction needs, and no more (no address: the end site is what is kept).
 */
import { ladderOf } from '../../allocation/ladder.ts';
import { prefixOfKey, rungKey } from '../../reputation/rung.ts';
import { STANCES, type Stance } from '../../reputation/stance.ts';
import { VERDICTS } from '../../reputation/verdict.ts';
import type { Reporter, VerdictRecord } from '../port.ts';
import { ByteReader, ByteWriter } from './bytes.ts';

/** The first layout had no account, the second no stance. */
const FIRST_LAYOUT = 1;
const LAYOUT = 3;

/** How the reporter is heard; 0 for an untrusted one. */
const TRUSTED = 1;
const FAINT = 2;
/** How many voices there may be: the stance is the number above them. */
const VOICES = 4;

/** A verdict as stored: the record but for what the key says (reporter and id), and when it was received. */
export interface StoredVerdict extends Omit<VerdictRecord, 'id' | 'reporter'> {
  readonly voice: Omit<Reporter, 'id'>;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
}

const writer = new ByteWriter();

export function encodeVerdict(record: VerdictRecord, receivedAt: number): Buffer {
  writer.number(LAYOUT);
  writer.number(receivedAt);
  writer.number(record.at);
  writer.number(VERDICTS.indexOf(record.verdict));
  writer.number(record.count);
  writer.number(numberOf(record.reporter) + VOICES * stanceNumber(record.stance));
  writer.number(record.bin === null ? 0 : record.bin + 1);
  writer.bytes(rungKey(record.ladder.subject));
  writer.bytes(record.account ?? '');
  return writer.finish();
}

/** Throws a RangeError when the bytes are no verdict: a damaged file, not an expected failure. */
export function decodeVerdict(bytes: Uint8Array): StoredVerdict {
  const reader = new ByteReader(bytes);
  const layout = reader.number();
  if (layout < FIRST_LAYOUT || layout > LAYOUT)
    throw new RangeError(`verdict record of unknown layout ${layout}`);
  const receivedAt = reader.number();
  const at = reader.number();
  const verdict = VERDICTS[reader.number()];
  const count = reader.number();
  const voiceAndStance = reader.number();
  const bin = reader.number();
  const subject = prefixOfKey(reader.bytes());
  const account = layout === FIRST_LAYOUT ? '' : reader.bytes();
  const voice = voiceAndStance % VOICES;
  const stance = STANCES[Math.floor(voiceAndStance / VOICES) - 1];
  if (verdict === undefined || subject === null)
    throw new RangeError('verdict record without verdict or subject');
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
