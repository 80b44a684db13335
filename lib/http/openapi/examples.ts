/**
 * Examples of the OpenAPI document.
 */
import { PROBLEM_TYPES } from '../problem.ts';

export const LOOKUP_EXAMPLE = {
  address: '2002:2d4f:1b22::25',
  network: {
    kind: '6to4',
    prefix: '2002:2d4f:1b22::/48',
    source: 'default',
    ipv4: '45.79.27.34',
    shared: false,
  },
  reputation: {
    subject: '45.79.27.34/32',
    spam: 0.9313,
    interval: [0.81, 0.98],
    observations: 41.7,
    reporters: 6,
    lastSeen: '2026-11-21T19:00:00Z',
    baseRate: 0.2425,
    evidence: [
      {
        prefix: '45.79.27.34/32',
        spam: 0.9313,
        observations: 41.7,
        links: [
          {
            series: 'months',
            halfLifeSeconds: 2_592_000,
            strength: 2,
            prior: 0.4,
            bad: 39.2,
            good: 2.5,
            posterior: 0.9153,
          },
        ],
      },
    ],
  },
  listing: null,
  policy: {
    class: 'bad',
    action: 'reject',
    reply: {
      code: 554,
      enhanced: '5.7.1',
      text: 'Refused: 12 of 12 weighted reports in 12 hours from 6 reporters',
    },
    limits: {
      concurrentConnections: 1,
      tarpitSeconds: 10,
      pipelining: false,
      recipientsPerMessage: 1,
      bytesPerSecond: 1024,
      messagesPerConnection: 1,
      errorsPerConnection: 1,
      messagesPerMinute: 1,
      recipientsPerMinute: 1,
      messagesPerHour: 1,
      recipientsPerHour: 1,
      retryAfterSeconds: 3600,
    },
    reason: '12 of 12 weighted reports in 12 hours from 6 reporters call mail from 45.79.27.34/32 spam',
    decidedBy: 'prefix',
  },
  expires: '2026-11-21T19:05:00Z',
  degraded: false,
} as const;

export const CHILDREN_EXAMPLE = {
  prefix: '2001:db8::/48',
  length: 64,
  children: [
    {
      prefix: '2001:db8:0:25::/64',
      subject: true,
      spam: 0.9313,
      interval: [0.81, 0.98],
      observations: 41.7,
      lastSeen: '2026-11-21T19:00:00Z',
    },
  ],
  next: null,
} as const;

export const VERDICT_EXAMPLE = {
  id: 'queue-4fQ2kz',
  address: '2001:db8::25',
  verdict: 'spam',
  at: '2026-11-21T19:00:00Z',
} as const;

export const ACCOUNT_EXAMPLE = {
  accepted: 1,
  duplicates: 0,
  rejected: [
    {
      index: 1,
      status: 400,
      title: 'Not an IP address',
      detail: 'address: an IPv4 octet has a leading zero',
    },
  ],
} as const;

export const BULK_EXAMPLE = {
  results: [
    LOOKUP_EXAMPLE,
    {
      type: '/problems/bad-address',
      title: 'Not an IP address',
      status: 400,
      detail: 'address: an IPv4 octet is above 255',
    },
  ],
} as const;

export const HISTORY_EXAMPLE = {
  subject: '45.79.27.34/32',
  days: [
    { date: '2026-11-20', spam: 12.5, ham: 0 },
    { date: '2026-11-21', spam: 29, ham: 1 },
  ],
} as const;

const { title, status, advice } = PROBLEM_TYPES['bad-address'];
export const PROBLEM_TYPE_EXAMPLE = { type: '/problems/bad-address', title, status, advice };
