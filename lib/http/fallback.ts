/**
 * What no route took: a known path under another method, or no path of ours.
 */
import type { Context, Hono } from 'hono';
import { emptyResponse, problemResponse } from './respond.ts';

interface KnownPath {
  readonly pattern: RegExp;
  readonly allow: string;
}

/** Answers OPTIONS with the methods of a path, other methods of a known path with 405, and the rest with 404. */
export function fallback(app: Hono): (c: Context) => Response {
  const known = knownPaths(app);
  return (c) => {
    const path = known.find(({ pattern }) => pattern.test(c.req.path));
    if (path === undefined)
      return problemResponse({ kind: 'not-found', detail: 'path: there is nothing here' });
    const { allow } = path;
    if (c.req.method === 'OPTIONS') return emptyResponse({ allow });
    return problemResponse(
      { kind: 'method-not-allowed', detail: `method: ${allow} are accepted here` },
      { allow },
    );
  };
}

function knownPaths(app: Hono): KnownPath[] {
  const methods = new Map<string, Set<string>>();
  for (const { path, method } of app.routes) {
    const set = methods.get(path) ?? new Set(['OPTIONS']);
    set.add(method);
    if (method === 'GET') set.add('HEAD');
    methods.set(path, set);
  }
  return [...methods].map(([path, set]) => ({
    pattern: new RegExp(`^${path.replaceAll('.', '\\.').replace(/:\w+/g, '[^/]+')}$`),
    allow: [...set].sort().join(', '),
  }));
}
