/** An Exim of its own, from the unpacked package: another mail server is installed, and Debian has one at a time. Mail is thrown away. */
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, listening } from './loopback.ts';
import { MAIL_DOMAIN, type MailServer } from './postfix.ts';
import { startProgram } from './program.ts';
import { mustRun } from './run.ts';

const EXIM = fileURLToPath(new URL('../../../.peers/exim4-daemon-light/usr/sbin/exim4', import.meta.url));
const ACL = fileURLToPath(new URL('../../../integrations/exim/prefixwise.acl', import.meta.url));

/** Starts an Exim that listens on every address and asks the service at `server` (host:port) with our ACL. */
export async function startExim(server: string, timeout = '10s'): Promise<MailServer> {
  // The program looks its user up before it reads what user it is to be.
  await mustRun('sh', [
    '-c',
    'id Debian-exim >/dev/null 2>&1 || useradd --system --no-create-home Debian-exim',
  ]);
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'exim-'));
  await chmod(folder, 0o755);
  await mkdir(join(folder, 'spool'));
  await mustRun('chown', ['Debian-exim', join(folder, 'spool')]);
  const file = join(folder, 'exim.conf');
  await writeFile(file, configuration(folder, port, server, timeout));
  const exim = startProgram(EXIM, ['-C', file, '-bdf']);
  await listening(port, exim.mustBeAlive);
  return {
    port,
    log: () => readFile(join(folder, 'spool', 'mainlog'), 'utf8'),
    stop: async () => {
      await exim.stop();
      await rm(folder, { recursive: true });
    },
  };
}

function configuration(folder: string, port: number, server: string, timeout: string): string {
  return `
PREFIXWISE_SERVER = ${server}
PREFIXWISE_HEADERS =
PREFIXWISE_TIMEOUT = ${timeout}

exim_path = ${EXIM}
exim_user = Debian-exim
exim_group = Debian-exim
spool_directory = ${folder}/spool
log_file_path = ${folder}/spool/%slog
pid_file_path = ${folder}/spool/pid
keep_environment =
primary_hostname = mx.${MAIL_DOMAIN}
daemon_smtp_ports = ${port}
local_interfaces = <; ::0
host_lookup =
rfc1413_query_timeout = 0s
acl_smtp_connect = acl_prefixwise
acl_smtp_rcpt = acl_rcpt
acl_smtp_data = acl_data

begin acl
.include ${ACL}

acl_rcpt:
  accept domains = ${MAIL_DOMAIN}
  deny

acl_data:
  discard
`;
}
