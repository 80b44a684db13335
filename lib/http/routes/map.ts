/**
 * `GET /map/{prefix}`: the map of a block, its slash as %2F or as it stands.
 */
import type { Context } from 'hono';
import { packageVersion } from '../../version.ts';
import type { Caller } from '../caller.ts';
import type { AppDeps } from '../deps.ts';
import { describeError } from '../log.ts';
import { readAsked } from '../page/asked.ts';
import { renderMapPage } from '../page/map/map-page.tsx';
import { terrainOf } from '../page/map/terrain.ts';
import { renderProblemPage } from '../page/problem-page.tsx';
import { pageResponse, seeOther } from '../page/respond.ts';

const version = packageVersion();

export function map(deps: AppDeps) {
  return async (c: Context, caller: Caller): Promise<Response> => {
    const { prefix = '', length } = c.req.param();
    const asked = readAsked(length === undefined ? prefix : `${prefix}/${length}`);
    if (!asked.ok) return problemPage('Not a block', asked.error, 400);
    if (asked.value.kind === 'address') return seeOther(`/?address=${encodeURIComponent(asked.value.text)}`);
    try {
      const terrain = await terrainOf(asked.value.prefix, deps, deps.clock());
      return pageResponse(renderMapPage({ version, terrain, signedIn: caller.kind === 'key' }));
    } catch (error) {
      deps.log.error('map-read-failed', { error: describeError(error) });
      return problemPage(
        'The map cannot be drawn now',
        'The store does not answer. Try again in a few seconds.',
        503,
      );
    }
  };
}

function problemPage(title: string, text: string, status: number): Response {
  return pageResponse(renderProblemPage({ version, title, text, back: '/' }), status);
}
