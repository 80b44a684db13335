/**
 * What a command needs of the process around it.
 */
import type { Readable, Writable } from 'node:stream';
import type { Environment } from '../settings.ts';

export interface Terminal {
  readonly env: Environment;
  readonly stdin: Readable;
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
}

/** Whether output to the terminal may have colours: it is a terminal and NO_COLOR (no-color.org) is not set. */
export function mayColour({ env, stdout }: Terminal): boolean {
  const { NO_COLOR, TERM } = env;
  return stdout.isTTY === true && !NO_COLOR && TERM !== 'dumb';
}

/** Text from elsewhere made safe to print: nothing that moves the cursor, colours or breaks the line. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
}

/** JSON text made safe to print: its meaning stays, and so do line feeds and tabs between its tokens. */
export function printableJson(json: string): string {
  return json.replace(/(?![\n\r\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (char) =>
    Array.from(
      { length: char.length },
      (_, i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
