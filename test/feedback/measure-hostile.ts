/**
 * Reads the reports named as arguments, each as `TYPE=FILE`, and prints as JSON how each ended (`kind`, null when it was
 * read), its milliseconds on the processor, and `megabytes`: the most memory this process ever held beyond what it held
 * before. Started with --expose-gc, so that what one report left behind does not count for the next.
 */
import { readFileSync } from 'node:fs';
import { readFeedback } from '../../lib/feedback/feedback.ts';
import { NO_TRUSTED_HOSTS } from '../../lib/feedback/trusted-hosts.ts';

const options = { trustedHosts: NO_TRUSTED_HOSTS, now: 0 };
/** Kilobytes. */
const peak = (): number => process.resourceUsage().maxRSS;
/** Milliseconds of processor time, all threads together. */
const busy = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

await readFeedback('application/xml', Buffer.from('<feedback/>'), options);
const before = peak();
const reports: { kind: string | null; milliseconds: number }[] = [];
for (const argument of process.argv.slice(2)) {
  const [type = '', file = ''] = argument.split('=');
  const bytes = readFileSync(file);
  const started = busy();
  const result = await readFeedback(type, bytes, options);
  reports.push({ kind: result.ok ? null : result.error.kind, milliseconds: busy() - started });
  globalThis.gc?.();
}
process.stdout.write(JSON.stringify({ reports, megabytes: (peak() - before) / 1024 }));
