/**
 * Numbers on the wire: four decimals. More would pretend, fewer would not let a reader redo the sum.
 */

/** Every number of four decimals from 0 to 1, most of what is written: a table is ten times faster. */
const UP_TO_ONE: readonly string[] = Array.from({ length: 10_001 }, (_, i) => String(i / 10_000));

/** Largest number of ten-thousandths that is exact; beyond it four decimals mean nothing. */
const EXACT = 2 ** 53;

/** JSON text of a finite number at least 0, rounded to four decimals. */
export function decimal(value: number): string {
  const scaled = Math.round(value * 10_000);
  const small = UP_TO_ONE[scaled];
  if (small !== undefined) return small;
  if (scaled > EXACT) return String(value);
  const whole = Math.floor(scaled / 10_000);
  return `${whole}${(UP_TO_ONE[scaled - whole * 10_000] ?? '').slice(1)}`;
}
