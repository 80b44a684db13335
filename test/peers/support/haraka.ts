/** A Haraka of its own, from the package in `test/peers/haraka`. Mail that it takes is thrown away. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPlugin } from '../../../integrations/build-haraka.ts';
import { freePort, listening } from './loopback.ts';
import { MAIL_DOMAIN, type MailServer } from './postfix.ts';
import { startProgram } from './program.ts';

const HARAKA = fileURLToPath(new URL('../haraka/node_modules/Haraka', import.meta.url));

/** Plugins that make a server which takes mail for one domain and queues nothing. */
const BASE_PLUGINS = ['rcpt_to.in_host_list', 'queue/test'] as const;

/** The plugin as it is installed: a package in the folder of the server. */
export const PLUGIN = 'prefixwise';

/**
 * Starts a Haraka that listens on every loopback address. `plugins` come before those that take the mail; `files` are written
 * below its folder, such as `config/NAME.ini`.
 */
export async function startHaraka(
  plugins: readonly string[] = [],
  files: Readonly<Record<string, string>> = {},
): Promise<MailServer> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'haraka-'));
  const all: Readonly<Record<string, string>> = {
    'config/plugins': [...plugins, ...BASE_PLUGINS].join('\n'),
    'config/smtp.ini': `listen=[::0]:${port}\nnodes=0\n`,
    'config/me': `mx.${MAIL_DOMAIN}\n`,
    'config/host_list': `${MAIL_DOMAIN}\n`,
    'config/loglevel': 'INFO\n',
    ...files,
  };
  // What `haraka -i` gives a new installation.
  await cp(join(HARAKA, 'config'), join(folder, 'config'), { recursive: true });
  for (const [name, text] of Object.entries(all)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  if (plugins.includes(PLUGIN)) await installPlugin(join(folder, 'node_modules', 'haraka-plugin-prefixwise'));
  const haraka = startProgram(process.execPath, [join(HARAKA, 'bin', 'haraka'), '-c', folder]);
  await listening(port, haraka.mustBeAlive);
  return {
    port,
    log: () => Promise.resolve(haraka.said()),
    stop: async () => {
      await haraka.stop();
      await rm(folder, { recursive: true });
    },
  };
}

async function installPlugin(folder: string): Promise<void> {
  const source = fileURLToPath(new URL('../../../integrations/haraka', import.meta.url));
  for (const name of ['package.json', 'config']) {
    await cp(join(source, name), join(folder, name), { recursive: true });
  }
  await buildPlugin(join(folder, 'dist', 'index.cjs'));
}
