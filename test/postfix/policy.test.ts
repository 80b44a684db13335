import { describe, expect, it } from 'vitest';
import { DUNNO } from '../../lib/postfix/action.ts';
import type { Counsel, PolicyBackend, SessionEvent } from '../../lib/postfix/backend.ts';
import { parsePolicyPlace } from '../../lib/postfix/listen.ts';
import { type OnTrouble, Policy } from '../../lib/postfix/policy.ts';
import { questionOf } from '../../lib/postfix/question.ts';
import { RequestReader } from '../../lib/postfix/request.ts';
import { policyRequest } from '../support/policy-request.ts';

const STRANGER: Counsel = {
  class: 'unknown',
  action: 'throttle',
  reply: { code: 421, enhanced: '4.7.0', text: 'Limit reached' },
  prefix: '2a00:1450:8319:fe42::/64',
  spam: 0.5,
};
const HEADER =
  'PREPEND X-Prefixwise: class=unknown; action=throttle; prefix=2a00:1450:8319:fe42::/64; spam=0.500';
const FULL = { code: 452, enhanced: '4.5.3', text: 'at most 10 recipients' };

type Changes = Readonly<Record<string, string | null>>;

function question(changes: Changes) {
  for (const request of new RequestReader().read(Buffer.from(policyRequest(changes)))) {
    if (request.ok) return questionOf(request.value, 'here/7');
  }
  throw new Error('no request');
}

interface Asked {
  readonly backend: PolicyBackend;
  readonly lookups: string[];
  readonly events: string[];
}

/** A backend that answers as told, and keeps what it was asked. */
function answeringBy(
  counsel: () => Counsel | null,
  ruling: (event: SessionEvent) => Awaited<ReturnType<PolicyBackend['admit']>> = () => 'allow',
): Asked {
  const lookups: string[] = [];
  const events: string[] = [];
  return {
    lookups,
    events,
    backend: {
      lookup: (address, facts) => {
        lookups.push([address, facts.fcrdns, facts.account].join(' ').trim());
        return Promise.resolve(counsel());
      },
      admit: (event) => {
        events.push(`${event.event} ${event.count}`);
        return Promise.resolve(ruling(event));
      },
    },
  };
}

async function actionsOf(asked: Asked, requests: readonly Changes[], onTrouble: OnTrouble = 'dunno') {
  const policy = new Policy(asked.backend, onTrouble);
  const actions: string[] = [];
  for (const changes of requests) actions.push(await policy.answer(question(changes)));
  return actions;
}

describe('the attributes of a request', () => {
  it.each([
    [
      'a name that leads back',
      { client_name: 'mail.example.org', reverse_client_name: 'mail.example.org' },
      'pass',
    ],
    [
      'a reverse name that does not',
      { client_name: 'unknown', reverse_client_name: 'mail.example.org' },
      'fail',
    ],
    ['no reverse name', { client_name: 'unknown', reverse_client_name: 'unknown' }, 'none'],
    ['no names at all', { client_name: null, reverse_client_name: null }, undefined],
    ['an empty name', { client_name: '' }, undefined],
  ])('tell of %s', (_what, changes, fcrdns) => {
    expect(question(changes).facts.fcrdns).toBe(fcrdns);
  });

  it.each([
    ['', null],
    ['0', null],
    ['unknown', null],
    ['[2001:db8::1]', null],
    ['192.0.2.7', '192.0.2.7'],
    ['2a00:1450::1', '2a00:1450::1'],
    ['::ffff:192.0.2.7', '::ffff:192.0.2.7'],
  ])('take %j for the address %j', (text, address) => {
    expect(question({ client_address: text }).address).toBe(address);
  });

  it('name an authenticated user, and the connection by both its ends', () => {
    expect(question({ sasl_username: 'Anna' }).facts.account).toBe('Anna');
    expect(question({ sasl_username: null }).facts.account).toBeUndefined();
    expect(question({}).session).toBe('2a00:1450:8319:fe42::25/40112-::1/25');
    expect(question({ client_port: null }).session).toBe('here/7/2a00:1450:8319:fe42::25');
    expect(question({ recipient_count: '17' }).recipientCount).toBe(17);
    expect(question({ recipient_count: 'many' }).recipientCount).toBe(0);
  });
});

describe('the action', () => {
  it('is to go on, with one header for a message, and one lookup however many recipients it has', async () => {
    const asked = answeringBy(() => STRANGER);
    const actions = await actionsOf(asked, [
      { recipient: 'a@example.net' },
      { recipient: 'b@example.net' },
      { protocol_state: 'DATA', recipient_count: '2' },
      { protocol_state: 'END-OF-MESSAGE', recipient_count: '2' },
    ]);
    expect(actions).toEqual([HEADER, DUNNO, DUNNO, DUNNO]);
    expect(asked.lookups).toEqual(['2a00:1450:8319:fe42::25 none']);
    expect(asked.events).toEqual(['message 1', 'recipient 1', 'recipient 1']);
  });

  it('asks anew for the next message, and for a client that has authenticated meanwhile', async () => {
    const asked = answeringBy(() => STRANGER);
    const actions = await actionsOf(asked, [
      { instance: 'a' },
      { instance: 'b' },
      { instance: 'b', sasl_username: 'anna' },
      { instance: '' },
      { instance: '' },
    ]);
    expect(actions).toEqual([HEADER, HEADER, HEADER, HEADER, HEADER]);
    expect(asked.lookups).toHaveLength(5);
    expect(asked.lookups[2]).toBe('2a00:1450:8319:fe42::25 none anna');
  });

  it.each([
    ['CONNECT', DUNNO, ['connect 1']],
    ['EHLO', DUNNO, []],
    ['HELO', DUNNO, []],
    ['MAIL', HEADER, ['message 1']],
    ['RCPT', HEADER, ['message 1', 'recipient 1']],
    ['DATA', HEADER, ['message 1', 'recipient 3']],
    ['END-OF-MESSAGE', DUNNO, ['message 1', 'recipient 3']],
    ['VRFY', DUNNO, []],
    ['ETRN', DUNNO, []],
    ['BDAT-of-tomorrow', DUNNO, []],
  ])('at %s alone is %s, and counts %j', async (state, action, events) => {
    const asked = answeringBy(() => STRANGER);
    expect(await actionsOf(asked, [{ protocol_state: state, recipient_count: '3' }])).toEqual([action]);
    expect(asked.events).toEqual(events);
  });

  it('counts a recipient once, though two restriction lists ask', async () => {
    const asked = answeringBy(() => STRANGER);
    await actionsOf(asked, [{ policy_context: 'sender' }, { policy_context: 'recipient' }]);
    expect(asked.events).toEqual(['message 1', 'recipient 1']);
  });

  it.each([
    ['tempfail', { code: 451, enhanced: '4.7.1', text: 'Deferred: x' }, '451 4.7.1 Deferred: x'],
    ['reject', { code: 554, enhanced: '5.7.1', text: 'Refused: x' }, '554 5.7.1 Refused: x'],
  ] as const)(
    'is the reply of the policy for %s, at every state, and nothing is counted',
    async (action, reply, line) => {
      const asked = answeringBy(() => ({ ...STRANGER, class: 'bad', action, reply }));
      const states = ['CONNECT', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'END-OF-MESSAGE', 'VRFY'];
      const actions = await actionsOf(
        asked,
        states.map((protocol_state) => ({ protocol_state })),
      );
      expect(actions).toEqual(states.map(() => line));
      expect(asked.events).toEqual([]);
    },
  );

  it('is the reply of a limit that is reached, for this recipient only', async () => {
    const asked = answeringBy(
      () => STRANGER,
      ({ event }) => (event === 'recipient' && asked.events.length === 3 ? FULL : 'allow'),
    );
    const actions = await actionsOf(asked, [
      { recipient: 'a@x' },
      { recipient: 'b@x' },
      { recipient: 'c@x' },
    ]);
    expect(actions).toEqual([HEADER, '452 4.5.3 at most 10 recipients', DUNNO]);
  });

  it('is to go on when the client is not known', async () => {
    const asked = answeringBy(() => STRANGER);
    expect(await actionsOf(asked, [{ client_address: null }])).toEqual([DUNNO]);
    expect(asked.lookups).toEqual([]);
  });
});

describe('without an answer', () => {
  const deferred = '451 4.3.2 The reputation of your address cannot be read at the moment, try again later';

  it('mail flows, or is deferred where the operator wants that', async () => {
    for (const [onTrouble, action] of [
      ['dunno', DUNNO],
      ['defer', deferred],
    ] as const) {
      const asked = answeringBy(() => null);
      expect(await actionsOf(asked, [{}], onTrouble)).toEqual([action]);
      expect(asked.events).toEqual([]);
      const uncounted = answeringBy(
        () => STRANGER,
        () => null,
      );
      expect(await actionsOf(uncounted, [{}], onTrouble)).toEqual([
        onTrouble === 'dunno' ? HEADER : deferred,
      ]);
    }
  });

  it('a delivery asks again with its next recipient', async () => {
    let isAway = true;
    const asked = answeringBy(() => (isAway ? null : STRANGER));
    const policy = new Policy(asked.backend, 'dunno');
    expect(await policy.answer(question({ recipient: 'a@x' }))).toBe(DUNNO);
    isAway = false;
    expect(await policy.answer(question({ recipient: 'b@x' }))).toBe(HEADER);
  });
});

describe('a client that leaves', () => {
  it('gives its place back if it had one, once', async () => {
    const asked = answeringBy(() => STRANGER);
    const policy = new Policy(asked.backend, 'dunno');
    const asks = question({});
    const name = { address: asks.address ?? '', session: asks.session, facts: asks.facts };
    await policy.leave(name);
    await policy.answer(asks);
    await policy.leave(name);
    await policy.leave(name);
    expect(asked.events).toEqual(['message 1', 'recipient 1', 'disconnect 1']);
  });
});

describe('the place to listen', () => {
  it.each([
    ['inet:127.0.0.1:10040', { kind: 'inet', host: '127.0.0.1', port: 10040 }],
    ['inet:[::1]:0', { kind: 'inet', host: '::1', port: 0 }],
    ['inet:localhost:25', { kind: 'inet', host: 'localhost', port: 25 }],
    ['unix:/run/prefixwise/policy', { kind: 'unix', path: '/run/prefixwise/policy' }],
  ])('%s is understood', (text, place) => {
    expect(parsePolicyPlace(text)).toEqual({ ok: true, value: place });
  });

  it.each([
    ['10040', 'inet:HOST:PORT or unix:PATH is expected'],
    ['inet:127.0.0.1', 'inet:HOST:PORT or unix:PATH is expected'],
    ['inet:127.0.0.1:65536', 'inet:HOST:PORT or unix:PATH is expected'],
    ['inet:0.0.0.0:10040', 'a loopback address is expected'],
    ['inet:mx.example.org:10040', 'a loopback address is expected'],
    ['unix:relative', 'an absolute path'],
    [`unix:/${'x'.repeat(103)}`, 'at most 103 bytes'],
  ])('%s is refused with the reason', (text, reason) => {
    expect(parsePolicyPlace(text)).toEqual({ ok: false, error: expect.stringContaining(reason) });
  });
});
