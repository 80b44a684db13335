/**
 * The schemas of a reputation: of a prefix, and of an account.
 */
import * as z from 'zod/mini';
import { SERIES_NAMES } from '../../reputation/tally.ts';
import { described, prefix, probability, time, weight, whole } from './fields.ts';

const linkSchema = z
  .object({
    series: described(z.enum(SERIES_NAMES), 'Which buckets of time carry the evidence of this link.'),
    halfLifeSeconds: weight('Time in which the weight of a bucket halves, counted from its end.'),
    strength: weight('Pseudo-counts given to the prior.'),
    prior: probability('What the link before concluded; of the first link: the base rate.'),
    bad: weight('Decayed weight of unwanted mail.'),
    good: weight('Decayed weight of wanted mail.'),
    posterior: probability('What this link concludes.'),
  })
  .check(z.meta({ description: 'posterior = (strength * prior + bad) / (strength + bad + good).' }));

const level = {
  spam: probability('What this level concludes, given the wider ones.'),
  observations: weight(
    'Decayed weight over 30 days: reports on the subject, distinct children on a wider level.',
  ),
  links: described(
    z.array(linkSchema),
    'The sum, link by link, from slow to fast. A link without evidence, which hands its prior on, is left out.',
  ),
};

export const levelSchema = z.object({
  prefix: prefix('The subject, or a wider prefix that covers it.'),
  ...level,
});

const turnSchema = z.object({
  towards: described(z.enum(['bad', 'good']), 'Taken over, or cleaned.'),
  probability: probability('How likely the subject has turned.'),
  run: whole('How many of the newest verdicts speak for it.'),
  spam: probability('The probability of spam once the turn is weighed in.'),
});

const standing = {
  spam: probability('Probability that mail from here is unwanted.'),
  interval: described(
    z.tuple([z.number(), z.number()]),
    'Where that probability lies with 90 % certainty: low, high.',
  ),
  observations: weight('Decayed weight of the reports on the subject over 30 days; 0 when there are none.'),
  reporters: whole('Distinct reporters in the current or the last month.'),
  lastSeen: z.nullable(time('When the newest evidence is from; null when there is none.')),
  baseRate: probability('Share of unwanted mail in all mail seen here: where the chain starts.'),
  turn: z.optional(turnSchema),
};

export const reputationSchema = z.object({
  subject: prefix('The identity the evidence is kept under.'),
  ...standing,
  evidence: described(z.array(levelSchema), 'From the subject to its widest ancestor.'),
  host: z.optional(linkSchema),
});

export const accountReputationSchema = z.object({
  ...standing,
  evidence: described(
    z.array(z.object({ rung: z.enum(['account', 'org']), ...level })),
    "The account, then its organisation's other accounts, if it has one.",
  ),
});
