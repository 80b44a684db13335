/**
 * How far a benchmark is, for whoever waits for it: one line of the terminal, written over and over.
 */

/** Says it where standard error is a terminal; an empty text clears the line. */
export function tellProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
