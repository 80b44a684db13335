/**
 * Log lines: one JSON object a line. Values are escaped beyond what JSON asks, so that nothing a client sent can start a
 * line, colour a terminal or turn text around.
 */

/** Facts of an event; client input may stand in the values only, never in a name. */
type LogFields = Readonly<Record<string, string | number | boolean | null>>;

export interface Log {
  info(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

/** Longest text of one value: a log line must not carry a whole body. */
const MAX_VALUE = 2000;

/** A log that hands finished lines, each with its line feed, to `write`. */
export function lineLog(write: (line: string) => void, clock: () => number): Log {
  const line = (level: string, event: string, fields: LogFields = {}): void => {
    write(
      `${escapeLine(JSON.stringify({ at: new Date(clock()).toISOString(), level, event, ...clip(fields) }))}\n`,
    );
  };
  return {
    info: (event, fields) => line('info', event, fields),
    error: (event, fields) => line('error', event, fields),
  };
}

/** What is worth keeping of a caught value. */
export function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error);
}

function clip(fields: LogFields): LogFields {
  const clipped: Record<string, string | number | boolean | null> = {};
  for (const [name, value] of Object.entries(fields)) {
    clipped[name] =
      typeof value === 'string' && value.length > MAX_VALUE ? `${value.slice(0, MAX_VALUE)}...` : value;
  }
  return clipped;
}

/** Escapes what JSON leaves as it is: C1 controls, DEL, line and paragraph separators, and every format character. */
function escapeLine(json: string): string {
  return json.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (char) =>
    Array.from(
      { length: char.length },
      (_, i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
