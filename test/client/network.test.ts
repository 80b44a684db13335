import { expect, it } from 'vitest';
import { asking, hanging } from '../support/asking.ts';
import { testApp } from '../support/http.ts';

it('what an address is, is told as the service says it, within the budget', async () => {
  const { app } = testApp();
  const { client, answerBy } = asking((path) => app.request(path), { budgetMs: 2000 });
  expect(await client.network('2002:2d4f:1b22::25')).toMatchObject({
    ok: true,
    value: { kind: '6to4', prefix: '2002:2d4f:1b22::/48', ipv4: '45.79.27.34', source: 'default' },
  });
  expect(await client.network('45.79.27')).toMatchObject({ ok: false, error: { kind: 'bad-address' } });
  answerBy(hanging);
  expect(await client.network('45.79.27.34')).toMatchObject({ ok: false, error: { kind: 'over-budget' } });
});
