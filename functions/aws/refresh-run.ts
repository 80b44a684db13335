/**
 * One run of the refresh. It is loaded when the first run begins: nobody waits for it, and a start tells sooner what is wrong
 * with its settings.
 */
import { randomBytes } from 'node:crypto';
import { fileOpener, type OpenFile } from '../../lib/published/follow/fetch-file.ts';
import { resolveBySystem } from '../../lib/published/follow/guarded-lookup.ts';
import { isPublicAddress } from '../../lib/published/follow/public-address.ts';
import type { Shelves } from '../../lib/published/publish.ts';
import { refreshSources, type SourceOutcome } from '../../lib/published/refresh/refresh.ts';
import type { RefreshSource } from '../../lib/published/refresh/source-list.ts';
import { packageVersion } from '../../lib/version.ts';

/** Bytes of one file as it comes: the largest registry dump is a third of it. */
const MAX_BYTES = 1024 ** 3;

/** `openFile` fetches over HTTPS from public addresses only when left out; `timeLeft` is in milliseconds. */
export function runRefresh(
  sources: readonly RefreshSource[],
  shelves: Shelves,
  timeLeft: () => number,
  openFile: OpenFile = publicOpener(),
): Promise<readonly SourceOutcome[]> {
  const publisher = { clock: Date.now, chance: () => randomBytes(4).toString('hex'), actor: 'refresh' };
  return refreshSources(sources, { shelves, publisher, openFile, timeLeft });
}

function publicOpener(): OpenFile {
  return fileOpener({
    resolve: resolveBySystem,
    mayConnect: isPublicAddress,
    userAgent: `prefixwise/${packageVersion()}`,
    maxBytes: MAX_BYTES,
  });
}
