/**
 * The colours of reputation on a map: blue for wanted, red for unwanted, told apart by every kind of colour vision.
 */
export interface Shade {
  /** The class of style. */
  readonly name: string;
  /** Probabilities below this have the shade, unless an earlier one has them. */
  readonly below: number;
  readonly words: string;
}

export const SHADES: readonly Shade[] = [
  { name: 'shade-0', below: 0.1, words: 'under 10 %' },
  { name: 'shade-1', below: 0.2, words: 'to 20 %' },
  { name: 'shade-2', below: 0.4, words: 'to 40 %' },
  { name: 'shade-3', below: 0.6, words: 'to 60 %' },
  { name: 'shade-4', below: 0.8, words: 'to 80 %' },
  { name: 'shade-5', below: 0.9, words: 'to 90 %' },
  { name: 'shade-6', below: Number.POSITIVE_INFINITY, words: 'more' },
];

/** The shade of a probability that mail is unwanted. */
export function shadeOf(spam: number): string {
  return SHADES.find(({ below }) => spam < below)?.name ?? '';
}
