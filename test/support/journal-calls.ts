/** Calls that the tests of the journal make: ten verdicts each, spread over a few networks so that their ladders meet. */
import type { VerdictRecord } from '../../lib/store/port.ts';
import { recordOf } from './records.ts';

const VERDICTS_A_CALL = 10;

/** Call number `call`; the same for the same number. */
export function callOf(call: number): readonly VerdictRecord[] {
  return Array.from({ length: VERDICTS_A_CALL }, (_, i) => {
    const n = call * VERDICTS_A_CALL + i;
    const address =
      n % 3 === 0
        ? `198.35.${n % 7}.${n % 11}`
        : `2a00:1450:${(n % 5).toString(16)}00:${n % 13}::${(n % 4) + 1}`;
    const reporter = { id: n % 2 === 0 ? 'local' : `r${n % 5}`, trusted: n % 2 === 0 };
    return recordOf(address, { id: `${n}`, reporter, verdict: n % 4 === 0 ? 'ham' : 'spam' });
  });
}
