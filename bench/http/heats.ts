/**
 * Who runs against whom. The first of a heat is what the others are measured by.
 */
import type { Script } from './messages.ts';

export interface Contestant {
  readonly name: string;
  readonly server: 'ours' | 'bare' | 'node' | 'at-hand' | 'iprepd' | 'crowdsec-1k' | 'crowdsec-100k';
  readonly script: Script;
}

export interface Heat {
  readonly name: string;
  /** What one answer holds many of: `lookups`, `verdicts`. */
  readonly items: string;
  /** A few connections suffice where one request is work for a thousand. */
  readonly fewConnections: boolean;
  /** Seconds before it counts. Compilers want to have seen some ten thousand requests. */
  readonly warmUp: number;
  readonly contestants: readonly [Contestant, ...Contestant[]];
}

const SAME_BYTES: Contestant = { name: 'bare Hono, the same bytes', server: 'bare', script: 'repeating' };

export const HEATS: readonly Heat[] = [
  // First, as a mail server's service knows its senders, and is not asked about everybody else in between.
  {
    name: 'lookup, as in real mail',
    items: 'lookups',
    fewConnections: false,
    warmUp: 20,
    contestants: [
      SAME_BYTES,
      { name: 'an answer at hand', server: 'at-hand', script: 'repeating' },
      { name: 'ours', server: 'ours', script: 'repeating' },
    ],
  },
  {
    name: 'lookup, few, new and unknown senders',
    items: 'lookups',
    fewConnections: false,
    warmUp: 2,
    contestants: [
      SAME_BYTES,
      { name: 'node:http, the same bytes', server: 'node', script: 'repeating' },
      { name: 'an answer at hand, the thousand busiest', server: 'at-hand', script: 'busiest' },
      { name: 'an answer at hand, every sender another', server: 'at-hand', script: 'new' },
      { name: 'the thousand busiest senders', server: 'ours', script: 'busiest' },
      { name: 'every sender another', server: 'ours', script: 'new' },
      { name: 'nobody ever seen', server: 'ours', script: 'strangers' },
    ],
  },
  {
    name: 'lookup, others',
    items: 'lookups',
    fewConnections: true,
    warmUp: 2,
    contestants: [
      { name: 'ours, senders repeat', server: 'ours', script: 'repeating' },
      { name: "iprepd's shape: Hono and Redis", server: 'iprepd', script: 'iprepd' },
      { name: 'CrowdSec LAPI, 1,000 decisions', server: 'crowdsec-1k', script: 'crowdsec' },
      { name: 'CrowdSec LAPI, 100,000 decisions', server: 'crowdsec-100k', script: 'crowdsec' },
    ],
  },
  {
    name: 'bulk lookup',
    items: 'lookups',
    fewConnections: true,
    warmUp: 2,
    contestants: [
      { name: 'bare Hono, serialising 1,000 answers', server: 'bare', script: 'bulk' },
      { name: '1,000 lookups a request', server: 'ours', script: 'bulk' },
    ],
  },
  {
    name: 'verdicts, one a request',
    items: 'verdicts',
    fewConnections: false,
    warmUp: 2,
    contestants: [
      { name: 'bare Hono, body read and dropped', server: 'bare', script: 'verdict' },
      { name: 'durable', server: 'ours', script: 'verdict' },
    ],
  },
  {
    name: 'verdicts, 1,000 a request',
    items: 'verdicts',
    fewConnections: true,
    warmUp: 2,
    contestants: [
      { name: 'bare Hono, body read and dropped', server: 'bare', script: 'verdicts' },
      { name: 'durable', server: 'ours', script: 'verdicts' },
    ],
  },
];
