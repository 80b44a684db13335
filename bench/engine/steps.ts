/**
 * The stations of a lookup, one by one and together, and what they are measured by.
 */
import ipaddr from 'ipaddr.js';
import { ladderOf } from '../../lib/allocation/ladder.ts';
import { hostOf, networkOf } from '../../lib/allocation/network.ts';
import { textFromTime, textUntilTime } from '../../lib/http/wire/lookup.ts';
import type { Watching } from '../../lib/lookup/known-subject.ts';
import { KnownSubjects } from '../../lib/lookup/known-subjects.ts';
import { parseAddress } from '../../lib/net/address.ts';
import { classify } from '../../lib/net/kind.ts';
import { decide, type Policy } from '../../lib/policy/decide.ts';
import { DEFAULT_POLICY_BOOK } from '../../lib/policy/policy-book.ts';
import { hostBin } from '../../lib/reputation/host.ts';
import { reputationOf } from '../../lib/reputation/reputation.ts';
import { rungsOf } from '../../lib/reputation/rung.ts';
import type { Series } from '../../lib/reputation/series.ts';
import { decodeTally, encodeTally } from '../../lib/store/codec/tally.ts';
import { TallyVersions } from '../../lib/store/embedded/tally-versions.ts';
import type { Bench, Case } from './cases.ts';

export interface Step {
  readonly name: string;
  readonly run: (of: Case, index: number) => unknown;
}

export function stepsOf({ tallies, allocations, cases, now }: Bench): readonly Step[] {
  const subjects = new KnownSubjects();
  const versions = new TallyVersions();
  const watched: Watching = {
    watchTallies: (rungs) => versions.watch(rungs),
    changesAt: (places, from, to) => versions.changesAt(places, from, to),
  };
  const sent = Buffer.alloc(16_384);
  /** As objects that are at hand. */
  const answers: readonly unknown[] = cases.map(({ answer }) => JSON.parse(textOf(answer)));
  const encoded = cases.map(({ evidence }) => evidence.tallies.map(encodeTally));
  return [
    { name: 'touch the tallies', run: touch },
    { name: 'ipaddr.js: parse', run: ({ text }) => ipaddr.parse(text) },
    { name: 'parse', run: ({ text }) => parseAddress(text) },
    { name: 'classify', run: ({ address }) => classify(address) },
    { name: 'match', run: ({ address }) => allocations.match(address) },
    { name: 'network (classify, match, fold)', run: ({ address }) => networkOf(address, allocations) },
    { name: 'ladder and keys', run: ({ evidence }) => rungsOf(ladderOf(evidence.ladder.subject)) },
    { name: 'tallies from bytes', run: (_, index) => encoded[index]?.map(decodeTally) },
    { name: 'reputation', run: ({ evidence }) => reputationOf(evidence, now) },
    { name: 'policy', run: ({ network, reputation }) => policyFor(network, reputation) },
    { name: 'answer as text', run: ({ answer }) => Buffer.byteLength(textOf(answer)) },
    {
      name: 'answer by JSON.stringify',
      run: (_, index) => Buffer.byteLength(JSON.stringify(answers[index])),
    },
    { name: 'from tallies to an answer that is sent', run: fromTalliesToBytes },
    { name: 'from text to policy, tallies in memory', run: ({ text }) => fromTextToPolicy(text) },
    { name: 'from text to policy, known subjects', run: ({ text }) => ofKnownSubject(text) },
  ];

  /** The text ends where the socket takes it from. */
  function fromTalliesToBytes({ network, evidence, answer }: Case): number {
    const reputation = reputationOf(evidence, now);
    const policy = policyFor(network, reputation);
    const { listing, expires, degraded, basis, kept } = answer;
    const text = textOf({ network, reputation, listing, policy, expires, degraded, basis, kept });
    return sent.write(text, 'latin1');
  }

  function fromTextToPolicy(text: string): Policy | null {
    const parsed = parseAddress(text);
    if (!parsed.ok) return null;
    const network = networkOf(parsed.value, allocations);
    if (network.subject === null) return null;
    const ladder = ladderOf(network.subject);
    const read = rungsOf(ladder).map((rung) => tallies.of(rung));
    const bin = hostBin(hostOf(network), network.subject);
    const root = tallies.root(network.subject.family);
    return policyFor(network, reputationOf({ ladder, tallies: read, bin, root }, now));
  }

  /** As the lookup line does: what was concluded and decided lately is not concluded and decided anew. */
  function ofKnownSubject(text: string): Policy | null {
    const parsed = parseAddress(text);
    if (!parsed.ok) return null;
    const network = networkOf(parsed.value, allocations);
    if (network.subject === null) return null;
    const known = subjects.of(network.subject);
    const bin = hostBin(hostOf(network), network.subject);
    const { family } = network.subject;
    const { reputation, kept } =
      known.known(bin, watched, () => tallies.root(family), now) ??
      known.conclude(
        known.rungs.map((rung) => tallies.of(rung)),
        tallies.root(family),
        bin,
        watched,
        now,
      );
    if (kept === null) return policyFor(network, reputation);
    return kept.policy.decide({ network, reputation, listing: null, facts: {} }, DEFAULT_POLICY_BOOK, decide);
  }
}

function textOf(answer: Case['answer']): string {
  return textUntilTime(answer) + textFromTime(answer.expires, answer.degraded);
}

function policyFor(network: Case['network'], reputation: Case['reputation']): Policy {
  return decide({ network, reputation, listing: null, facts: {} }, DEFAULT_POLICY_BOOK);
}

/** Reads every number a reputation rests on, and does nothing with it but a sum: no engine can be faster. */
function touch({ evidence }: Case): number {
  let sum = 0;
  for (const { quarters, days, months } of evidence.tallies)
    sum += weight(quarters) + weight(days) + weight(months);
  return sum;
}

function weight({ numbers }: Series): number {
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) sum += numbers[i] ?? 0;
  return sum;
}
