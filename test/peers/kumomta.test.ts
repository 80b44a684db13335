/** Lua that no server here runs: it is at least Lua. */
import { expect, it } from 'vitest';
import { run } from './support/run.ts';

it('the KumoMTA sample compiles', async () => {
  expect(await run('luac5.4', ['-p', 'integrations/kumomta/prefixwise.lua'])).toEqual({
    code: 0,
    output: '',
  });
});
