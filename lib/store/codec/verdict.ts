/**
 * Verdict records as bytes: what retraction needs, and no more (no address: the end site is what is kept).
 */
import { ladderOf } from '../../allocation/ladder.ts';
import { prefixOfKey, rungKey } from '../../reputation/rung.ts';
import { VERDICTS } from '../../reputation/verdict.ts';
import type { Reporter, VerdictRecord } from '../port.ts';
import { ByteReader, ByteWriter } from './bytes.ts';

/** The first layout had no account. */
const FIRST_LAYOUT = 1;
const LAYOUT = 2;

/** How the reporter is heard; 0 for an untrusted one. */
const TRUSTED = 1;
const ECHO = 2;

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
  writer.number(record.reporter.trusted ? TRUSTED : record.reporter.echo === true ? ECHO : 0);
  writer.number(record.bin === null ? 0 : record.bin + 1);
  writer.bytes(rungKey(record.ladder.subject));
  writer.bytes(record.account ?? '');
  return writer.finish();
}

/** Throws a RangeError when the bytes are no verdict: a damaged file, not an expected failure. */
export function decodeVerdict(bytes: Uint8Array): StoredVerdict {
  const reader = new ByteReader(bytes);
  const layout = reader.number();
  if (layout !== LAYOUT && layout !== FIRST_LAYOUT)
    throw new RangeError(`verdict record of unknown layout ${layout}`);
  const receivedAt = reader.number();
  const at = reader.number();
  const verdict = VERDICTS[reader.number()];
  const count = reader.number();
  const voice = reader.number();
  const bin = reader.number();
  const subject = prefixOfKey(reader.bytes());
  const account = layout === FIRST_LAYOUT ? '' : reader.bytes();
  if (verdict === undefined || subject === null)
    throw new RangeError('verdict record without verdict or subject');
  return {
    receivedAt,
    at,
    verdict,
    count,
    voice: voice === ECHO ? { trusted: false, echo: true } : { trusted: voice === TRUSTED },
    bin: bin === 0 ? null : bin - 1,
    ladder: ladderOf(subject),
    ...(account === '' ? {} : { account }),
  };
}

/** When the record was received: its second number, read without decoding the rest. */
export function receivedAtOf(bytes: Uint8Array): number {
  const reader = new ByteReader(bytes);
  reader.number();
  return reader.number();
}
