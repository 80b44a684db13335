/**
 * `GET /map/{prefix}`: a block as a square, with what is known of its parts.
 */
import { bitsOf } from '../../../net/address.ts';
import { equalPrefix, formatPrefix, Prefix } from '../../../net/prefix.ts';
import { renderDocument } from '../document.tsx';
import { count, percent } from '../words.ts';
import { mapLink } from './map-link.ts';
import { type Part, partsOf } from './parts.ts';
import { SHADES } from './shade.ts';
import { SquareView } from './square-view.tsx';
import type { Terrain } from './terrain.ts';

export interface MapPageProps {
  readonly version: string;
  readonly terrain: Terrain;
  readonly signedIn: boolean;
}

export function renderMapPage({ version, terrain, signedIn }: MapPageProps): string {
  const text = formatPrefix(terrain.asked);
  return renderDocument({
    title: `${text} on the map · Prefixwise`,
    version,
    sought: text,
    signedIn,
    children: <MapPage terrain={terrain} />,
  });
}

function MapPage({ terrain }: { readonly terrain: Terrain }) {
  const { asked, frame } = terrain;
  const parts = partsOf(terrain);
  return (
    <>
      <header class="subject">
        <p class="eyebrow">Map of a block</p>
        <h1>{formatPrefix(asked)}</h1>
        {equalPrefix(asked, frame) ? null : (
          <p class="lead">
            Drawn inside <code>{formatPrefix(frame)}</code>, the next wider block that ends on a whole hex
            digit.
          </p>
        )}
        <p class="lead">{summaryOf(terrain)}</p>
      </header>
      <UpLinks frame={frame} />
      <div class="map">
        <div class="map-square">
          <SquareView terrain={terrain} parts={parts} />
          <Key terrain={terrain} />
        </div>
        <PartList parts={parts} terrain={terrain} />
      </div>
    </>
  );
}

function summaryOf({ cells, readLength, complete }: Terrain): string {
  let known = 0;
  let unwanted = 0;
  for (const cell of cells) {
    known += cell?.known ?? 0;
    unwanted += cell?.unwanted ?? 0;
  }
  if (known === 0)
    return 'Nothing is known of anything inside: no report came about it, or all of them have faded.';
  const most = complete ? '' : ` More is known than one map shows: go down to see the rest.`;
  const some = `${count(known)} of the /${readLength}s inside ${known === 1 ? 'is' : 'are'} known`;
  return `${some}; ${count(unwanted)} (${percent(unwanted / known)}) more likely unwanted than not.${most}`;
}

/** The way up: one hex digit, and the steps of the ladder. */
function UpLinks({ frame }: { readonly frame: Prefix }) {
  const lengths = Array.from({ length: frame.length / 4 }, (_, i) => frame.length - 4 * (i + 1));
  return (
    <nav class="up" aria-label="Wider blocks">
      <span aria-hidden="true">↑</span>
      {lengths.length === 0 ? <span>This is everything there is.</span> : null}
      <ol>
        {lengths.slice(0, 6).map((length, i) => (
          <li>
            <a href={mapLink(Prefix.covering(frame, length))} rel={i === 0 ? 'up' : undefined}>
              <span class="away">up to {formatPrefix(Prefix.covering(frame, length))}</span>
              <span aria-hidden="true">/{length}</span>
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}

interface PartListProps {
  readonly parts: readonly Part[];
  readonly terrain: Terrain;
}

/** The map in words, and the way down. */
function PartList({ parts, terrain }: PartListProps) {
  const most = Math.max(...parts.map(({ known }) => known));
  const what = parts[0]?.prefix.length ?? bitsOf(terrain.frame.family);
  return (
    <section class="parts" aria-labelledby="parts-title">
      <h2 id="parts-title">
        Its sixteen /{what}s <small>unwanted of those known</small>
      </h2>
      <ol>
        {parts.map(({ digit, prefix, known, unwanted, spam, href, dimmed }) => (
          <li class={dimmed ? 'part dimmed' : 'part'} id={`part-${digit}`}>
            <a href={href}>
              <span class="digit-name" aria-hidden="true">
                {digit}
              </span>
              <code>{formatPrefix(prefix)}</code>
            </a>
            {spam === null ? (
              <span class="quiet">nothing known</span>
            ) : (
              <>
                <Shares known={known} unwanted={unwanted} most={most} />
                <span class="part-known">
                  {count(unwanted)} <span class="quiet">of</span> {count(known)}
                  <span class="away"> known are unwanted</span>
                </span>
              </>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** How much is known beside the other parts, and how much of it is unwanted. */
function Shares({
  known,
  unwanted,
  most,
}: {
  readonly known: number;
  readonly unwanted: number;
  readonly most: number;
}) {
  const width = (value: number): number => Math.round((640 * value) / most) / 10;
  return (
    <svg class="shares" width="64" height="8" aria-hidden="true">
      <rect class="shade-0" width={width(known)} height="8" rx="2" />
      <rect class="shade-6" width={width(unwanted)} height="8" rx="2" />
    </svg>
  );
}

function Key({ terrain }: { readonly terrain: Terrain }) {
  const { cellLength, readLength } = terrain;
  const what =
    cellLength === readLength ? 'what was reported about it' : `how many /${readLength}s in it are known`;
  return (
    <div class="key">
      <ul aria-label="Colours">
        {SHADES.map(({ name, words }) => (
          <li>
            <svg width="14" height="14" aria-hidden="true">
              <rect class={name} width="14" height="14" rx="3" />
            </svg>
            {words}
          </li>
        ))}
      </ul>
      <p class="quiet">
        Every square is a /{cellLength}: the colour is how likely its mail is unwanted, the size {what}.
        Neighbours in the block are neighbours on the map (Hilbert’s order, along the faint line).
      </p>
    </div>
  );
}
