/**
 * `prefixwise report VERDICT ADDRESS...`, `prefixwise report --ndjson FILE` and `prefixwise report --arf FILE`: tells a
 * running service.
 */
import { Command, Option } from 'commander';
import * as z from 'zod/mini';
import { accountSchema } from '../http/openapi/answers.ts';
import { VERDICTS } from '../reputation/verdict.ts';
import { fail, ok, type Result } from '../result.ts';
import { type Call, call, targetOf } from './client.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { openInput } from './input.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  readonly id?: string;
  readonly at?: string;
  readonly count?: string;
  readonly account?: string;
  readonly org?: string;
  readonly ndjson?: string;
  readonly arf?: string;
  readonly json?: boolean;
  readonly url?: string;
}

const EXIT_HELP = `
Exit codes: 0 all taken (duplicates count as taken), 1 some refused, 2 wrong usage, 66 the file cannot be read,
69 the service cannot be reached or cannot answer now, 77 the key in PREFIXWISE_KEY is not taken or may not report.`;

export function reportCommand(terminal: Terminal, exit: (code: ExitCode) => void): Command {
  return new Command('report')
    .description('report what mail from addresses was')
    .argument('[verdict]', `one of ${VERDICTS.join(', ')}`)
    .argument('[addresses...]', 'IPv4 or IPv6 addresses')
    .option('--id <id>', 'your own name for the verdict, so that a retry is harmless; one address only')
    .option('--at <time>', 'when the mail was seen, RFC 3339 (default: now)')
    .option('--count <n>', 'how many like messages it speaks for (default: 1)')
    .option('--account <name>', 'the authenticated user who sent it')
    .option('--org <name>', "the account's parent")
    .addOption(
      new Option(
        '--ndjson <file>',
        'send the verdicts in FILE, one JSON object a line; - for standard input',
      ),
    )
    .addOption(
      new Option('--arf <file>', 'send the feedback report in FILE, one mail message; - for standard input'),
    )
    .option('--json', "the service's answer as it is")
    .option('--url <url>', 'where the service is (PREFIXWISE_URL, else http://127.0.0.1:8080)')
    .addHelpText('after', EXIT_HELP)
    .action(async (verdict: string | undefined, addresses: string[], options: Options) =>
      exit(await report(verdict, addresses, options, terminal)),
    );
}

async function report(
  verdict: string | undefined,
  addresses: readonly string[],
  options: Options,
  terminal: Terminal,
): Promise<ExitCode> {
  const complain = (text: string, code: ExitCode): ExitCode => {
    terminal.stderr.write(`report: ${text}\n`);
    return code;
  };
  const target = targetOf(options.url, terminal.env);
  if (!target.ok) return complain(target.error, EXIT.usage);
  const request = await requestOf(verdict, addresses, options, terminal);
  if (!request.ok) return complain(request.error.detail, request.error.exit);
  const answer = await call(target.value, request.value);
  if (!answer.ok) return complain(answer.error.detail, answer.error.exit);
  const parsed = z.safeParse(accountSchema, answer.value.json);
  if (!parsed.success)
    return complain(`${target.value.url} does not answer like this service`, EXIT.unavailable);
  const { accepted, duplicates, rejected, rejectedBeyond = 0 } = parsed.data;
  if (options.json === true) terminal.stdout.write(`${answer.value.text}\n`);
  else {
    const refused = rejected.length + rejectedBeyond;
    terminal.stdout.write(`${accepted} accepted, ${duplicates} known before, ${refused} refused\n`);
    for (const { index, detail } of rejected) terminal.stderr.write(`report: ${index}: ${detail}\n`);
  }
  return rejected.length === 0 ? EXIT.ok : EXIT.refused;
}

async function requestOf(
  verdict: string | undefined,
  addresses: readonly string[],
  { id, at, count, account, org, ndjson, arf }: Options,
  { stdin }: Terminal,
): Promise<Result<Call, { readonly exit: ExitCode; readonly detail: string }>> {
  const usage = (detail: string) => fail({ exit: EXIT.usage, detail });
  const source = ndjson !== undefined ? '--ndjson' : '--arf';
  const file = ndjson ?? arf;
  if (file !== undefined) {
    if (ndjson !== undefined && arf !== undefined) return usage('--ndjson and --arf are two requests');
    if (verdict !== undefined) return usage(`with ${source} the verdicts are in the file, so name no others`);
    if ([id, at, count, account, org].some((field) => field !== undefined)) {
      return usage(
        `with ${source} the fields are in the file: --id, --at, --count, --account and --org do not apply`,
      );
    }
    const input = await openInput(file, stdin);
    if (!input.ok) return fail({ exit: EXIT.noInput, detail: input.error.message });
    const { bytes } = input.value;
    return ok(
      arf === undefined
        ? post('/v1/verdicts', 'application/x-ndjson', bytes)
        : post('/v1/feedback', 'message/rfc822', bytes),
    );
  }
  if (verdict === undefined || addresses.length === 0)
    return usage('a verdict and at least one address are expected');
  if (id !== undefined && addresses.length > 1) return usage('--id names one verdict, so give one address');
  if (count !== undefined && !/^\d{1,15}$/.test(count)) return usage('--count: a whole number is expected');
  const verdicts = addresses.map((address) => ({
    address,
    verdict,
    id,
    at,
    account,
    org,
    count: count === undefined ? undefined : Number(count),
  }));
  return ok(post('/v1/verdicts', 'application/json', JSON.stringify({ verdicts })));
}

function post(path: string, contentType: string, body: string | AsyncIterable<Uint8Array>): Call {
  return { method: 'POST', path, contentType, body };
}
