/** An Rspamd of its own: our plugin and map, and no rule that needs the network. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { freePort } from './loopback.ts';
import { startProgram } from './program.ts';
import { mustRun } from './run.ts';

const scanSchema = z.object({
  action: z.string(),
  score: z.number(),
  symbols: z.record(z.string(), z.object({ score: z.number(), options: z.optional(z.array(z.string())) })),
});
export type Scan = z.output<typeof scanSchema>;

export interface Rspamd {
  /** What is said of a message that a client handed over. */
  scan(client: string, message: string, headers?: Readonly<Record<string, string>>): Promise<Scan>;
  log(): string;
  stop(): Promise<void>;
}

/** Starts it with our plugin from `integrations/rspamd`; `options` are those of the plugin, `more` is put after all. */
export async function startRspamd(options: string, more = ''): Promise<Rspamd> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'rspamd-'));
  await mkdir(join(folder, 'plugins.d'));
  await cp('integrations/rspamd/prefixwise.lua', join(folder, 'plugins.d', 'prefixwise.lua'));
  await cp('/usr/share/rspamd/plugins/multimap.lua', join(folder, 'plugins.d', 'multimap.lua'));
  await writeFile(join(folder, 'rspamd.conf'), configuration(folder, port, options, more));
  await mustRun('chown', ['-R', '_rspamd:_rspamd', folder]);
  const words = ['-f', '-c', join(folder, 'rspamd.conf'), '-u', '_rspamd', '-g', '_rspamd'];
  const rspamd = startProgram('rspamd', words);
  const url = `http://127.0.0.1:${port}`;
  while (!(await isUp(url))) {
    rspamd.mustBeAlive();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    scan: async (client, message, headers = {}) => {
      const answer = await fetch(`${url}/checkv2`, {
        method: 'POST',
        headers: {
          IP: client,
          'Queue-Id': 'test',
          From: 'sender@example.org',
          Rcpt: 'someone@example.net',
          ...headers,
        },
        body: message,
      });
      return z.parse(scanSchema, await answer.json());
    },
    log: rspamd.said,
    stop: async () => {
      await rspamd.stop();
      await rm(folder, { recursive: true });
    },
  };
}

async function isUp(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/ping`).catch(() => null);
  return answer?.status === 200;
}

function configuration(folder: string, port: number, options: string, more: string): string {
  return `
lua = "/usr/share/rspamd/rules/rspamd.lua";
options {
  pidfile = "${folder}/rspamd.pid";
  filters = "";
  url_tld = "/usr/share/rspamd/effective_tld_names.dat";
  local_addrs = ["127.0.0.0/8", "::1"];
  dns { nameserver = ["127.0.0.1"]; timeout = 0.1s; retransmits = 1; }
}
logging { type = "console"; level = "info"; }
worker "normal" { bind_socket = "127.0.0.1:${port}"; count = 1; }
modules { path = "${folder}/plugins.d/"; }
actions { reject = 15; add_header = 6; greylist = 4; }
prefixwise { ${options} }
${more}
`;
}
