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
    else open.push({ start: path.slice(0, at), slashes: slashesIn(path, 0, path.length), name });
  }
  return (url) => {
    const { start, end } = pathIn(url);
    for (const route of open) {
      const isLonger = end > start + route.start.length;
      if (isLonger && url.startsWith(route.start, start) && slashesIn(url, start, end) === route.slashes) {
        return route.name;
      }
    }
    return exact.get(url.slice(start, end)) ?? 'none';
  };
}

/** Where the path stands: between the authority and the query. A request's URL is absolute and has no fragment. */
function pathIn(url: string): { readonly start: number; readonly end: number } {
  const start = url.indexOf('/', url.indexOf('//') + 2);
  const query = url.indexOf('?', start);
  return { start, end: query < 0 ? url.length : query };
}

function slashesIn(text: string, start: number, end: number): number {
  let slashes = 0;
  for (let at = text.indexOf('/', start); at >= 0 && at < end; at = text.indexOf('/', at + 1)) slashes++;
  return slashes;
}
