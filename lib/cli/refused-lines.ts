/**
 * The refused lines of an import: the first hundred at its end and the number of the rest, or all of them as they come.
 */
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { RowRefusal } from '../allocation/published.ts';
import { count } from './import-progress.ts';
import { printable, type Terminal } from './terminal.ts';

/** Lines named at the end. */
const NAMED = 100;

export class RefusedLines {
  readonly #terminal: Terminal;
  readonly #verbose: boolean;
  readonly #first: string[] = [];
  #file: WriteStream | null = null;
  #total = 0;

  /** `verbose`: each line is named at once. */
  constructor(terminal: Terminal, verbose: boolean) {
    this.#terminal = terminal;
    this.#verbose = verbose;
  }

  /** Writes all of them to a file as well, one a line: file, line, reason, text, with tabs between. Rejects when it cannot. */
  async writeTo(path: string): Promise<void> {
    const file = createWriteStream(path);
    await once(file, 'open');
    this.#file = file;
  }

  add(file: string, { line, reason, text }: RowRefusal): void {
    this.#total++;
    const sentence = `import: ${printable(file)} line ${line}: ${printable(reason)}\n`;
    if (this.#verbose) this.#terminal.stderr.write(sentence);
    else if (this.#first.length < NAMED) this.#first.push(sentence);
    this.#file?.write(`${[file, String(line), reason, text].map(printable).join('\t')}\n`);
  }

  /** Names what was not named yet. Rejects when the file could not be written. */
  async close(): Promise<void> {
    const { stderr } = this.#terminal;
    for (const sentence of this.#first) stderr.write(sentence);
    const more = this.#verbose ? 0 : this.#total - this.#first.length;
    if (more > 0)
      stderr.write(`import: ${count(more)} more were refused; --verbose or --refused names them all\n`);
    if (this.#file === null) return;
    this.#file.end();
    await finished(this.#file);
  }
}
