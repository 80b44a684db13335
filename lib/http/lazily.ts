/**
 * Routes whose modules are loaded when they are first asked for. A cold start, on Lambda above all, then loads what
 * lookups and verdicts need and nothing else.
 */
import type { Context } from 'hono';
import type { Caller } from './caller.ts';

/** Answers one request of a caller. */
export type Handler = (c: Context, caller: Caller) => Response | Promise<Response>;

/**
 * The handler that the function `name` of a module makes of `deps`, once somebody asks for it. While loading fails, each
 * request tries again.
 */
export function lazily<N extends string, D extends readonly unknown[]>(
  load: () => Promise<Readonly<Record<N, (...deps: D) => Handler>>>,
  name: N,
  ...deps: D
): Handler {
  let handler: Handler | null = null;
  return (c, caller) => {
    if (handler !== null) return handler(c, caller);
    return load().then((module) => {
      handler ??= module[name](...deps);
      return handler(c, caller);
    });
  };
}
