/**
 * Numbers on the wire: four decimals. More would pretend, fewer would not let a reader redo the sum.
 */

/** Every fraction of four digits without its trailing zeros: "", ".0001" ... ".9999". A table is ten times faster. */
const FRACTIONS: readonly string[] = Array.from({ length: 10_000 }, (_, i) =>
  i === 0 ? '' : `.${String(i).padStart(4, '0').replace(/0+$/, '')}`,
);

/** Largest number of ten-thousandths that is exact; beyond it four decimals mean nothing. */
const EXACT = 2 ** 53;

/** JSON text of a finite number at least 0, rounded to four decimals. */
export function decimal(value: number): string {
  const scaled = Math.round(value * 10_000);
  if (scaled > EXACT) return String(value);
  const whole = Math.floor(scaled / 10_000);
  return `${whole}${FRACTIONS[scaled - whole * 10_000]}`;
}
