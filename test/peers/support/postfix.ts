/** A Postfix of its own: configuration, queue and data in a folder of the test. Mail that it takes is thrown away. */
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, listening } from './loopback.ts';
import { mustRun } from './run.ts';

export interface MailServer {
  /** Where it takes mail: this port of ::1. */
  readonly port: number;
  /** What it wrote to its log. */
  log(): Promise<string>;
  stop(): Promise<void>;
}

/** The domain that the servers take mail for. */
export const MAIL_DOMAIN = 'example.net';

export interface PostfixOptions {
  /** The services behind its port, for `master.cf`; smtpd alone when left out. */
  readonly front?: (port: number) => string;
  /** A file that stands for the system's `resolv.conf`. */
  readonly resolvConf?: string;
}

/** Starts a Postfix that listens on every loopback address, with the given `main.cf` parameters on top. */
export async function startPostfix(
  parameters: Readonly<Record<string, string>> = {},
  { front = smtpdAt, resolvConf }: PostfixOptions = {},
): Promise<MailServer> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'postfix-'));
  // Its daemons drop their rights before they open what is in here.
  await chmod(folder, 0o755);
  const [etc, queue, data] = ['etc', 'queue', 'data'].map((name) => join(folder, name));
  if (etc === undefined || queue === undefined || data === undefined) throw new Error('no folders');
  for (const path of [etc, queue, data]) await mkdir(path);
  await chown(data, await idOf('-u'), await idOf('-g'));
  const log = join(folder, 'maillog');
  await writeFile(
    join(etc, 'main.cf'),
    lines({
      compatibility_level: '3.6',
      queue_directory: queue,
      data_directory: data,
      maillog_file: log,
      maillog_file_prefixes: folder,
      inet_interfaces: 'all',
      myhostname: `mx.${MAIL_DOMAIN}`,
      mydestination: MAIL_DOMAIN,
      local_recipient_maps: '',
      local_transport: 'discard:',
      default_transport: 'discard:',
      alias_maps: '',
      mynetworks: '127.0.0.0/8',
      smtputf8_enable: 'no',
      smtpd_peername_lookup: 'no',
      // Its own limit on a client would hide ours.
      smtpd_client_connection_count_limit: '0',
      ...parameters,
    }),
  );
  await writeFile(join(etc, 'master.cf'), `${front(port)}\n${SERVICES}`);
  await start(etc, resolvConf);
  await listening(port);
  return {
    port,
    log: () => readFile(log, 'utf8'),
    stop: async () => {
      await mustRun('postfix', ['-c', etc, 'stop']);
      await rm(folder, { recursive: true });
    },
  };
}

async function idOf(which: '-u' | '-g'): Promise<number> {
  return Number(await mustRun('id', [which, 'postfix']));
}

function lines(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');
}

/** A daemon keeps the view of the file system that it was started with. */
async function start(etc: string, resolvConf: string | undefined): Promise<void> {
  if (resolvConf === undefined) await mustRun('postfix', ['-c', etc, 'start']);
  else {
    const script = 'mount --bind "$1" /etc/resolv.conf && exec postfix -c "$2" start';
    await mustRun('unshare', ['--mount', 'sh', '-c', script, 'sh', resolvConf, etc]);
  }
}

function smtpdAt(port: number): string {
  return `[::]:${port} inet n - n - - smtpd`;
}

/** The services that taking mail and throwing it away needs. */
const SERVICES = `
postlog   unix-dgram n - n - 1 postlogd
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
flush     unix n - n 1000? 0 flush
proxymap  unix - - n - - proxymap
anvil     unix - - n - 1 anvil
scache    unix - - n - 1 scache
showq     unix n - n - - showq
error     unix - - n - - error
retry     unix - - n - - error
discard   unix - - n - - discard
`;
