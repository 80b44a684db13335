/** An rbldnsd that serves zone files, and the questions that mail servers ask of it. */
import { Resolver } from 'node:dns/promises';
import { startProgram } from './program.ts';
import { mustRun } from './run.ts';

export interface Listed {
  readonly addresses: readonly string[];
  readonly text: string;
}

export interface Rbldnsd {
  /** What the zone says of an address; null when it has no records (RFC 5782 section 2). */
  ask(address: string): Promise<Listed | null>;
  stop(): Promise<void>;
}

/** Where resolvers ask: a name server in `resolv.conf` has no port. */
const DNS_PORT = 53;

/** Serves data sets such as `bl.test:ip4trie:FILE`, from a folder, at 127.0.0.1, looking for changes every second. */
export async function startRbldnsd(
  folder: string,
  zone: string,
  dataSets: readonly string[],
): Promise<Rbldnsd> {
  // It gives up root for its own user.
  await mustRun('chmod', ['755', folder]);
  const args = ['-n', '-w', folder, '-c', '1s', '-b', `127.0.0.1/${DNS_PORT}`, ...dataSets];
  const rbldnsd = startProgram('rbldnsd', args);
  while (!rbldnsd.said().includes('started')) {
    rbldnsd.mustBeAlive();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const resolver = new Resolver({ tries: 2, timeout: 5000 });
  resolver.setServers([`127.0.0.1:${DNS_PORT}`]);
  return {
    ask: async (address) => {
      const name = `${reversed(address)}.${zone}`;
      const addresses = await resolver.resolve4(name).catch(noRecords);
      if (addresses === null) return null;
      const texts = await resolver.resolveTxt(name);
      return { addresses, text: texts.map((parts) => parts.join('')).join('\n') };
    },
    stop: rbldnsd.stop,
  };
}

function noRecords(error: unknown): null {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOTFOUND' || error.code === 'ENODATA'))
    return null;
  throw error;
}

/** The name of an address in a list: octets or nibbles, last first (RFC 5782 sections 2.1 and 2.4). */
function reversed(address: string): string {
  if (!address.includes(':')) return address.split('.').reverse().join('.');
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  const groups = [...before, ...(tail === undefined ? [] : zeros), ...after];
  return groups
    .map((group) => group.padStart(4, '0'))
    .join('')
    .split('')
    .reverse()
    .join('.');
}
