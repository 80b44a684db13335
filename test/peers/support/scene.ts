/** The service on a folder of its own that knows one published block, and what a postmaster does with it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../support/cli.ts';
import { type RunningService, startService } from '../../support/service.ts';
import { addToLoopback } from './loopback.ts';

/** In no block that is given out (IANA: 2d00::/8 is unassigned), so that it stands for nobody. Cut in /56s. */
const PUBLISHED = '2d00:db8::/32,56,\n';

/** Hosts in different /64s of one /56, and one of the /56 next to it. */
export const SITE = [
  '2d00:db8:0:100::25',
  '2d00:db8:0:101::25',
  '2d00:db8:0:1fe::25',
  '2d00:db8:0:1ff::25',
] as const;
export const NEIGHBOUR = '2d00:db8:0:200::25';

export interface Scene {
  readonly service: RunningService;
  /** A feedback loop tells that mail from the address was spam. */
  complain(address: string): Promise<void>;
  end(): Promise<void>;
}

/** Imports the block, and starts the service. */
export async function setScene(): Promise<Scene> {
  await addToLoopback([...SITE, NEIGHBOUR]);
  const folder = await mkdtemp(join(tmpdir(), 'prefixwise-smtp-'));
  const env = { DATA_DIR: join(folder, 'data') };
  const file = join(folder, 'prefixlen.csv');
  await writeFile(file, PUBLISHED);
  await succeed(runCli(['import', file], { env }));
  // A busy machine must not turn an answer into a degraded one.
  const service = await startService(env.DATA_DIR, { LOOKUP_BUDGET_MS: '5000' });
  return {
    service,
    complain: (address) =>
      succeed(runCli(['report', '--arf', '-', '--url', service.url], { stdin: complaint(address) })),
    end: async () => {
      await service.kill();
      await rm(folder, { recursive: true });
    },
  };
}

async function succeed(running: ReturnType<typeof runCli>): Promise<void> {
  const { code, stdout, stderr } = await running;
  if (code !== 0) throw new Error(`ended with ${code}:\n${stdout}${stderr}`);
}

let complaints = 0;

/** A feedback report (RFC 5965) about a message of now. */
function complaint(address: string): string {
  const id = `${++complaints}.${address.replaceAll(':', '-')}@example.org`;
  const date = new Date().toUTCString().replace('GMT', '+0000');
  return [
    'From: <fbl@provider.example>',
    'To: <fbl-reports@example.net>',
    `Date: ${date}`,
    'Subject: FW: a bargain',
    `Message-ID: <report-${id}>`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=feedback-report; boundary="part"',
    '',
    '--part',
    'Content-Type: text/plain',
    '',
    'This is an email abuse report.',
    '--part',
    'Content-Type: message/feedback-report',
    '',
    'Feedback-Type: abuse',
    'User-Agent: SomeGenerator/1.0',
    'Version: 1',
    `Source-IP: IPv6:${address}`,
    `Arrival-Date: ${date}`,
    '',
    '--part',
    'Content-Type: message/rfc822',
    '',
    'From: <sender@example.org>',
    `Message-ID: <${id}>`,
    'Subject: a bargain',
    '',
    'Buy now.',
    '--part--',
    '',
  ].join('\r\n');
}
