/**
 * Numbers on the wire: four decimals. More would pretend, fewer would not let a reader redo the sum.
 */

/** Numbers of four decimals from 0 to 1, most of what is written, each once it was: a table is ten times faster. */
const UP_TO_ONE: (string | undefined)[] = new Array(10_001).fill(undefined);

/** Largest number of ten-thousandths that is exact; beyond it four decimals mean nothing. */
const EXACT = 2 ** 53;

/** JSON text of a finite number at least 0, rounded to four decimals. */
export function decimal(value: number): string {
  const scaled = Math.round(value * 10_000);
  if (scaled <= 10_000) return upToOne(scaled);
  if (scaled > EXACT) return String(value);
  const whole = Math.floor(scaled / 10_000);
  return `${whole}${upToOne(scaled - whole * 10_000).slice(1)}`;
}

function upToOne(scaled: number): string {
  const known = UP_TO_ONE[scaled];
  if (known !== undefined) return known;
  const text = String(scaled / 10_000);
  UP_TO_ONE[scaled] = text;
  return text;
}
