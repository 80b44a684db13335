/**
 * The name of the route a request went to, for signals: `/v1/lookup/{address}`. A path itself would be an address.
 */

/** A route as Hono lists it. */
export interface Route {
  readonly path: string;
}

/** A function from a request's URL to the name of its route; `none` for what is no path of ours. */
export function routeNames(routes: readonly Route[]): (url: string) => string {
  const exact = new Map<string, string>();
  const open: { start: string; slashes: number; name: string }[] = [];
  for (const path of new Set(routes.map((route) => route.path))) {
    const at = path.indexOf(':');
    const name = path.replace(/:(\w+)/g, '{$1}');
    if (at < 0) exact.set(path, name);
    else open.push({ start: path.slice(0, at), slashes: slashesIn(path), name });
  }
  return (url) => {
    const path = pathOf(url);
    const known = exact.get(path);
    if (known !== undefined) return known;
    for (const { start, slashes, name } of open) {
      if (path.startsWith(start) && path.length > start.length && slashesIn(path) === slashes) return name;
    }
    return 'none';
  };
}

/** Between the authority and the query; a request's URL is absolute and has no fragment. */
function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('//') + 2);
  if (start < 0) return '/';
  const end = url.indexOf('?', start);
  return end < 0 ? url.slice(start) : url.slice(start, end);
}

function slashesIn(path: string): number {
  let slashes = 0;
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) slashes++;
  return slashes;
}
