/**
 * The anatomy of an address, drawn digit by digit, with every run of bits explained beneath.
 */
import type { Network } from '../../allocation/network.ts';
import { bitsOf } from '../../net/address.ts';
import { anatomyOf, type Segment } from './anatomy.ts';
import { bitsAt, nibblesOf } from './bits.ts';

export function AnatomyView({ network }: { readonly network: Network }) {
  const segments = anatomyOf(network);
  return (
    <figure class="anatomy" aria-labelledby="anatomy-title">
      <figcaption>
        <h2 id="anatomy-title">Anatomy</h2>
      </figcaption>
      <Digits network={network} segments={segments} />
      <ul class="legend">
        {segments.map((segment) => (
          <li class={`role-${segment.role}`}>
            <span class="swatch" aria-hidden="true" />
            <div>
              <p>
                <b>{segment.name}</b> <code>{segment.value}</code>
              </p>
              <p class="quiet">{segment.meaning}</p>
            </div>
            <span class="bits">
              <span class="away">bits </span>
              {segment.from}–{segment.to - 1}
            </span>
          </li>
        ))}
      </ul>
    </figure>
  );
}

interface DigitsProps {
  readonly network: Network;
  readonly segments: readonly Segment[];
}

/** The digits are a picture: the list beneath says the same in words. */
export function Digits({ network, segments }: DigitsProps) {
  const { address, prefix } = network;
  const isV4 = address.family === 4;
  const width = isV4 ? 8 : 4;
  const texts = isV4
    ? [0, 8, 16, 24].map((from) => String(bitsAt(address, from, from + 8)))
    : nibblesOf(address);
  const perGroup = isV4 ? 1 : 4;
  const groups = Array.from({ length: texts.length / perGroup }, (_, i) =>
    texts.slice(i * perGroup, (i + 1) * perGroup),
  );
  const said = `${texts.length} ${isV4 ? 'octets' : 'hex digits'}: ${segments.map(({ name, value }) => `${name} ${value}`).join(', ')}`;
  // The prefix of an IPv4-mapped address is one of IPv4.
  const held = prefix.family === address.family ? prefix.length : bitsOf(address.family);
  const ends = [held, ...segments.map(({ to }) => to)].filter((to) => to < bitsOf(address.family));
  return (
    <div class={isV4 ? 'digits v4' : 'digits'} role="img" aria-label={said}>
      {groups.map((group, g) => (
        <span class="group">
          {group.map((text, i) => {
            const from = (g * perGroup + i) * width;
            const end = ends.find((to) => to > from && to <= from + width);
            return (
              <span class={`digit ${coloursOf(segments, from, width)}`}>
                {text}
                {end === undefined ? null : <i class={end === held ? 'tick held' : 'tick'}>/{end}</i>}
              </span>
            );
          })}
        </span>
      ))}
    </div>
  );
}

/** One colour, or two and where the second begins: `role-site to-subnet cut-2`, counted in quarters of a digit. */
function coloursOf(segments: readonly Segment[], from: number, width: number): string {
  const first = segments.find(({ to }) => to > from);
  const last = segments.find(({ to }) => to >= from + width);
  if (first === undefined || last === undefined) return '';
  if (first === last) return `role-${first.role}`;
  const quarters = Math.round((4 * (first.to - from)) / width);
  return `role-${first.role} to-${last.role} cut-${quarters}`;
}
