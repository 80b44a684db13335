/** The example of the client's README, run as it stands against a service. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { startServer } from '../../lib/http/server.ts';
import { testApp } from '../support/http.ts';

const CLIENT = fileURLToPath(new URL('../../lib/client', import.meta.url));

it('the example of the README does what it says', async () => {
  const [, example = ''] = /```js\n([\s\S]*?)```/.exec(readFileSync(join(CLIENT, 'README.md'), 'utf8')) ?? [];
  const { app } = testApp({ clock: Date.now });
  const server = await startServer({ fetch: app.fetch, host: '127.0.0.1', port: 0 });
  const folder = mkdtempSync(join(tmpdir(), 'prefixwise-example-'));
  try {
    const file = join(folder, 'example.mjs');
    const here = example
      .replace("'prefixwise/client'", `'${pathToFileURL(join(CLIENT, 'client.ts'))}'`)
      .replace("url: 'http://127.0.0.1:8080'", `url: '${server.url}', budgetMs: 10000`);
    writeFileSync(file, here);
    const ran = await promisify(execFile)(process.execPath, ['--import', 'tsx', file]);
    expect(ran).toEqual({ stdout: 'throttle 421 2 service\ncache\nallow\n1 0\n', stderr: '' });
  } finally {
    rmSync(folder, { recursive: true });
    await server.close(1000);
  }
});
