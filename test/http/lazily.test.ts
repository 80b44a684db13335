import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { OPEN_LOCAL } from '../../lib/http/caller.ts';
import { type Handler, lazily } from '../../lib/http/lazily.ts';

describe('a route that is loaded when it is asked for', () => {
  const asked = async (handler: Handler): Promise<string> => {
    const app = new Hono();
    app.get('/', (c) => handler(c, OPEN_LOCAL));
    app.onError((error) => new Response(error.message, { status: 500 }));
    return (await app.request('/')).text();
  };

  it('is loaded by the first request, with what it draws on, and by no later one', async () => {
    let loads = 0;
    const load = async () => {
      loads++;
      return { greet: (name: string) => () => new Response(`hello ${name}`) };
    };
    const handler = lazily(load, 'greet', 'you');
    expect(loads).toBe(0);
    expect([await asked(handler), await asked(handler)]).toEqual(['hello you', 'hello you']);
    expect(loads).toBe(1);
  });

  it('is loaded anew after loading failed', async () => {
    let loads = 0;
    const load = async () => {
      loads++;
      if (loads === 1) throw new Error('not now');
      return { greet: () => () => new Response('hello') };
    };
    const handler = lazily(load, 'greet');
    expect([await asked(handler), await asked(handler)]).toEqual(['not now', 'hello']);
  });
});
