/**
 * What is the same in every answer to a lookup: the names of its fields, and the punctuation between them.
 */
import { Phrase } from './json-writer.ts';

export const LOOKUP = {
  address: new Phrase('{"address":"'),
  network: new Phrase('","network":'),
  reputation: new Phrase(',"reputation":'),
  account: new Phrase(',"account":'),
  listing: new Phrase(',"listing":'),
  list: new Phrase('{"list":"'),
  listedPrefix: new Phrase('","prefix":'),
  listedReason: new Phrase(',"reason":'),
  listedUntil: new Phrase(',"expires":'),
  policy: new Phrase(',"policy":'),
  expires: new Phrase(',"expires":'),
} as const;

export const REPUTATION = {
  subject: new Phrase('{"subject":"'),
  spam: new Phrase('"spam":'),
  interval: new Phrase(',"interval":['),
  observations: new Phrase('],"observations":'),
  reporters: new Phrase(',"reporters":'),
  lastSeen: new Phrase(',"lastSeen":'),
  baseRate: new Phrase(',"baseRate":'),
  evidence: new Phrase(',"evidence":['),
  prefix: new Phrase('{"prefix":"'),
  rung: new Phrase('{"rung":"'),
  levelSpam: new Phrase('","spam":'),
  levelObservations: new Phrase(',"observations":'),
  links: new Phrase(',"links":['),
  bad: new Phrase(',"bad":'),
  good: new Phrase(',"good":'),
  posterior: new Phrase(',"posterior":'),
  levelEnd: new Phrase(']}'),
  host: new Phrase(',"host":'),
  turn: new Phrase(',"turn":{"towards":"'),
  probability: new Phrase('","probability":'),
  run: new Phrase(',"run":'),
  turnSpam: new Phrase(',"spam":'),
} as const;

export const POLICY = {
  class: new Phrase('{"class":"'),
  action: new Phrase('","action":"'),
  reply: new Phrase('","reply":'),
  code: new Phrase('{"code":'),
  enhanced: new Phrase(',"enhanced":"'),
  text: new Phrase('","text":'),
  limits: new Phrase(',"limits":'),
  reason: new Phrase(',"reason":'),
  decidedBy: new Phrase(',"decidedBy":"'),
} as const;
