/**
 * `GET /`: the field, and what to try. Also what a person sees when something could not be looked up.
 */
import { networkOf } from '../../allocation/network.ts';
import { parseAddress } from '../../net/address.ts';
import { anatomyOf } from './anatomy.ts';
import { Digits } from './anatomy-view.tsx';
import { renderDocument } from './document.tsx';
import { SearchForm } from './search-form.tsx';

export interface StartPageProps {
  readonly version: string;
  /** What was typed. */
  readonly sought: string;
  readonly error?: string | undefined;
  readonly signedIn: boolean;
}

export function renderStartPage({ version, sought, error, signedIn }: StartPageProps): string {
  return renderDocument({
    title: error === undefined ? 'Prefixwise: who is behind this address?' : 'Not an address · Prefixwise',
    version,
    sought: null,
    signedIn,
    children: (
      <div class="start">
        <h1>Who is behind this address?</h1>
        <p class="lead">
          One IPv6 customer holds more addresses than all of IPv4 has, so a reputation kept by address says
          nothing. Prefixwise finds the prefix a customer really holds, and tells what mail from it was like.
        </p>
        <SearchForm address={sought} error={error} />
        <Specimen />
        <Examples />
      </div>
    ),
  });
}

const SPECIMEN = '2600:3c00::f03c:91ff:fe24:1b22';

/** One address taken apart: what all this is about. */
function Specimen() {
  const address = parseAddress(SPECIMEN);
  if (!address.ok) return null;
  const network = networkOf(address.value, { match: () => undefined });
  return (
    <figure class="specimen">
      <Digits network={network} segments={anatomyOf(network)} />
      <figcaption class="quiet">
        The first half of this one names the customer. The second half the customer changes at will.
      </figcaption>
    </figure>
  );
}

/** Five spellings of one host, which share its reputation, and addresses of other kinds. */
const SAME_HOST = [
  ['45.79.27.34', 'IPv4'],
  ['::ffff:45.79.27.34', 'IPv4-mapped'],
  ['2002:2d4f:1b22::25', '6to4'],
  ['64:ff9b::2d4f:1b22', 'NAT64'],
  ['2001:0:4136:e378:8000:63bf:d2b0:e4dd', 'Teredo'],
] as const;
const OTHERS = [
  [SPECIMEN, 'IPv6, a server'],
  ['2a01:4f8:c2c:5efe:0:5efe:2d4f:1b22', 'ISATAP'],
  ['fe80::1', 'Link-local'],
  ['2600:3c00::/32', 'A provider’s block, as a map'],
] as const;

function Examples() {
  return (
    <section class="examples" aria-labelledby="examples-title">
      <h2 id="examples-title">One host, one reputation, however it comes</h2>
      <ExampleList of={SAME_HOST} />
      <h2>And others</h2>
      <ExampleList of={OTHERS} />
    </section>
  );
}

function ExampleList({ of }: { readonly of: readonly (readonly [text: string, what: string])[] }) {
  return (
    <ul>
      {of.map(([text, what]) => (
        <li>
          <a href={text.includes('/') ? `/map/${text}` : `/?address=${encodeURIComponent(text)}`}>
            <span>{what}</span> <code>{text}</code>
          </a>
        </li>
      ))}
    </ul>
  );
}
