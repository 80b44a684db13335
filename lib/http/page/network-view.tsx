/**
 * The covering prefix, and who says so.
 */
import type { Network } from '../../allocation/network.ts';
import { formatAddress } from '../../net/address.ts';
import { formatPrefix } from '../../net/prefix.ts';
import { neighbourhoodLink } from './map/map-link.ts';
import { day, sourceWords } from './words.ts';

export function NetworkView({ network }: { readonly network: Network }) {
  const { prefix, subject, allocation, ipv4, shared } = network;
  return (
    <section class="network" aria-labelledby="network-title">
      <h2 id="network-title">The prefix it belongs to</h2>
      <dl>
        <div>
          <dt>Covering prefix</dt>
          <dd>
            <code>{formatPrefix(prefix)}</code>
          </dd>
        </div>
        {ipv4 === null ? null : (
          <div>
            <dt>IPv4 host inside</dt>
            <dd>
              <a href={`/?address=${formatAddress(ipv4)}`}>{formatAddress(ipv4)}</a>
            </dd>
          </div>
        )}
        <div>
          <dt>Reputation kept under</dt>
          <dd>
            {subject === null ? (
              'nothing: it cannot be rated'
            ) : (
              <a href={neighbourhoodLink(subject)} title="See its neighbourhood on the map">
                {formatPrefix(subject)}
              </a>
            )}
          </dd>
        </div>
        <div>
          <dt>Says who</dt>
          <dd>
            {sourceWords(network)}
            {allocation === null ? null : (
              <small>
                {formatPrefix(allocation.prefix)} in blocks of /{allocation.endSiteLength},{' '}
                {allocation.reference}, {day(allocation.date * 1000)}
              </small>
            )}
          </dd>
        </div>
        {shared ? (
          <div>
            <dt>Shared</dt>
            <dd>Several customers share one prefix, so it is slowed down at worst, never refused.</dd>
          </div>
        ) : null}
      </dl>
    </section>
  );
}
