/**
 * A lookup's answer as JSON text.
 */
import type { LookupAnswer } from '../../lookup/answer.ts';
import type { Kept } from '../../lookup/known-subject.ts';
import type { Listing, Policy } from '../../policy/decide.ts';
import type { SmtpReply } from '../../policy/reply.ts';
import { type AccountReputation, rungAt } from '../../reputation/account.ts';
import type { Standing } from '../../reputation/chain.ts';
import { type Evidence, LINK, scalesOf } from '../../reputation/evidence.ts';
import type { TimeScale } from '../../reputation/parameters.ts';
import { prefixAt, type Reputation } from '../../reputation/reputation.ts';
import type { Turn } from '../../reputation/turn.ts';
import { JsonWriter, Phrase } from './json-writer.ts';
import { writeLimits } from './limits.ts';
import { LOOKUP as OF, POLICY, REPUTATION } from './lookup-phrases.ts';
import { writeNetwork } from './network.ts';
import { formatTime } from './time.ts';

/** Answers are written one after the other, so one writer serves all of them. */
const out = new JsonWriter();

/**
 * The answer, serialised, up to its time, which is all that differs when the same is answered again. It is written piece by
 * piece: the chain alone is some eighty numbers, and building objects for `JSON.stringify` takes four times as long.
 */
export function textUntilTime(answer: LookupAnswer): string {
  const { kept } = answer;
  out.clear();
  if (kept !== null) return joinedText(answer, kept);
  writeOpening(answer);
  writeReputation(answer.reputation);
  writeMiddle(answer);
  writePolicy(answer.policy);
  return out.phrase(OF.expires).finish();
}

/** The rest: ASCII, nearly always of the same length. */
export function textFromTime(expires: number, degraded: boolean): string {
  return `"${formatTime(expires)}","degraded":${degraded}}`;
}

/** The parts that are kept are in one piece each: a tree of their parts would be walked at each answer that has them in it. */
function joinedText(answer: LookupAnswer, kept: Kept): string {
  writeOpening(answer);
  const opening = out.finish();
  const reputation = reputationText(answer, kept);
  writeMiddle(answer);
  const middle = out.finish();
  return opening + reputation + middle + policyText(answer, kept) + out.phrase(OF.expires).finish();
}

function reputationText({ reputation }: LookupAnswer, kept: Kept): string {
  if (kept.text === '') {
    writeReputation(reputation);
    kept.text = out.finish();
  }
  return kept.text;
}

/** A policy lasts as long as its reputation where the questions are alike. */
function policyText({ policy }: LookupAnswer, kept: Kept): string {
  if (kept.policyText?.of !== policy) {
    writePolicy(policy);
    kept.policyText = { of: policy, text: out.finish() };
  }
  return kept.policyText.text;
}

/** How long HTTP caches may keep an answer: as long as it holds; a degraded one not at all. */
export function cacheControlOf(
  { expires, degraded }: Pick<LookupAnswer, 'expires' | 'degraded'>,
  now: number,
): string {
  return degraded
    ? 'private, no-store'
    : `private, max-age=${Math.max(0, Math.floor((expires - now) / 1000))}`;
}

function writeOpening({ network }: LookupAnswer): void {
  out.phrase(OF.address).address(network.address).phrase(OF.network);
  writeNetwork(network, out);
  out.phrase(OF.reputation);
}

function writeMiddle({ account, listing }: LookupAnswer): void {
  if (account !== undefined) {
    out.phrase(OF.account);
    if (account === null) out.plain('null');
    else writeAccount(account);
  }
  out.phrase(OF.listing);
  if (listing === null) out.plain('null');
  else writeListing(listing);
  out.phrase(OF.policy);
}

function writeReputation(reputation: Reputation | null): void {
  if (reputation === null) {
    out.plain('null');
    return;
  }
  out.phrase(REPUTATION.subject).prefix(reputation.subject).plain('",');
  writeFindings(reputation);
  writeLevels(reputation, (level) => out.phrase(REPUTATION.prefix).prefix(prefixAt(reputation, level)));
  writeLast(reputation);
}

function writeAccount(account: AccountReputation): void {
  out.plain('{');
  writeFindings(account);
  writeLevels(account, (level) => out.phrase(REPUTATION.rung).plain(rungAt(level)));
  writeLast(account);
}

/** What stands before the levels of the evidence. */
function writeFindings({ spam, interval, observations, reporters, lastSeen, baseRate }: Standing): void {
  out.phrase(REPUTATION.spam).decimal(spam);
  out.phrase(REPUTATION.interval).decimal(interval[0]).plain(',').decimal(interval[1]);
  out.phrase(REPUTATION.observations).decimal(observations).phrase(REPUTATION.reporters).number(reporters);
  out.phrase(REPUTATION.lastSeen).time(lastSeen).phrase(REPUTATION.baseRate).decimal(baseRate);
  out.phrase(REPUTATION.evidence);
}

/** What stands after them. */
function writeLast({ host, turn }: Standing): void {
  out.plain(']');
  if (host !== null) {
    out.phrase(REPUTATION.host);
    writeLink(host.scale, host.prior, host.bad, host.good, host.posterior);
  }
  if (turn !== null) writeTurn(turn);
  out.plain('}');
}

function writeLevels({ evidence }: Standing, writeName: (level: number) => void): void {
  for (let level = 0; level < evidence.length; level++) {
    if (level > 0) out.plain(',');
    writeName(level);
    writeLevel(evidence, level);
  }
}

function writeLevel(evidence: Evidence, level: number): void {
  const { numbers } = evidence;
  out.phrase(REPUTATION.levelSpam).decimal(evidence.spamAt(level));
  out.phrase(REPUTATION.levelObservations).decimal(evidence.observationsAt(level)).phrase(REPUTATION.links);
  let separator = '';
  let start = evidence.startOf(level, 0);
  for (const scale of scalesOf(level)) {
    const prior = numbers[start] ?? 0;
    const bad = numbers[start + 1] ?? 0;
    const good = numbers[start + 2] ?? 0;
    start += LINK;
    // A link without evidence hands its prior on: leaving it out halves the answer about a stranger.
    if (bad === 0 && good === 0) continue;
    out.plain(separator);
    writeLink(scale, prior, bad, good, numbers[start] ?? 0);
    separator = ',';
  }
  out.phrase(REPUTATION.levelEnd);
}

function writeLink(scale: TimeScale, prior: number, bad: number, good: number, posterior: number): void {
  out.phrase(phraseOf(scale)).decimal(prior).phrase(REPUTATION.bad).decimal(bad);
  out.phrase(REPUTATION.good).decimal(good).phrase(REPUTATION.posterior).decimal(posterior).plain('}');
}

/** There are a handful of scales, every link names one, and a table of so few is quickest walked through. */
const SCALES: { readonly scale: TimeScale; readonly phrase: Phrase }[] = [];

function phraseOf(scale: TimeScale): Phrase {
  for (const known of SCALES) if (known.scale === scale) return known.phrase;
  const { series, halfLife, strength } = scale;
  const seconds = halfLife / 1000;
  const phrase = new Phrase(
    `{"series":"${series}","halfLifeSeconds":${seconds},"strength":${strength},"prior":`,
  );
  SCALES.push({ scale, phrase });
  return phrase;
}

function writeTurn({ towards, probability, run, spam }: Turn): void {
  out.phrase(REPUTATION.turn).plain(towards).phrase(REPUTATION.probability).decimal(probability);
  out.phrase(REPUTATION.run).number(run).phrase(REPUTATION.turnSpam).decimal(spam).plain('}');
}

function writePolicy({ class: serviceClass, action, reply, limits, reason, decidedBy }: Policy): void {
  out.phrase(POLICY.class).plain(serviceClass).phrase(POLICY.action).plain(action).phrase(POLICY.reply);
  if (reply === null) out.plain('null');
  else writeReply(reply);
  out.phrase(POLICY.limits);
  writeLimits(limits, out);
  out.phrase(POLICY.reason).string(reason).phrase(POLICY.decidedBy).plain(decidedBy).plain('"}');
}

function writeReply({ code, enhanced, text }: SmtpReply): void {
  out.phrase(POLICY.code).number(code).phrase(POLICY.enhanced).plain(enhanced);
  out.phrase(POLICY.text).string(text).plain('}');
}

function writeListing({ list, prefix, reason, expires }: Listing): void {
  out.phrase(OF.list).plain(list).phrase(OF.listedPrefix).string(prefix);
  out.phrase(OF.listedReason).string(reason).phrase(OF.listedUntil).time(expires).plain('}');
}
