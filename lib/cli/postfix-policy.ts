/**
 * `prefixwise postfix-policy`: beside a Postfix, for a service that runs elsewhere.
 */
import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import { openClient } from '../client/client.ts';
import { lineLog } from '../http/log.ts';
import { logSeldom } from '../http/log-seldom.ts';
import { type HostProcess, stopOnSignals } from '../http/run.ts';
import { parsePolicyPlace } from '../postfix/listen.ts';
import { overHttp } from '../postfix/over-http.ts';
import { type OnTrouble, Policy } from '../postfix/policy.ts';
import { startPolicyServer } from '../postfix/server.ts';
import { targetOf } from './client.ts';
import { EXIT, type ExitCode } from './exit.ts';

interface Options {
  readonly listen: string;
  readonly url?: string;
  readonly budget: string;
  readonly onTrouble: string;
}

const DEFAULT_PLACE = 'inet:127.0.0.1:10040';
const DEFAULT_BUDGET_MS = '250';
const MAX_BUDGET_MS = 10_000;
/** Milliseconds that requests under way have to finish once the command is told to stop. */
const DRAIN_MS = 10_000;

const HELP = `
In main.cf, after reject_unauth_destination (integrations/postfix/README.md has the whole of it):
  check_policy_service { inet:127.0.0.1:10040, timeout=2s, default_action=DUNNO }

SIGTERM or SIGINT stops it once requests under way are answered; a second one at once.
Exit codes: 0 stopped cleanly, 1 cut short, 2 wrong options, 78 it cannot listen there.`;

export function postfixPolicyCommand(host: HostProcess, exit: (code: ExitCode) => void): Command {
  return new Command('postfix-policy')
    .description('answer Postfix in its policy delegation protocol')
    .option('--listen <place>', 'inet:HOST:PORT on this machine, or unix:PATH', DEFAULT_PLACE)
    .option('--url <url>', 'where the service is (PREFIXWISE_URL, else http://127.0.0.1:8080)')
    .option('--budget <ms>', 'milliseconds an answer may take', DEFAULT_BUDGET_MS)
    .option('--on-trouble <what>', 'without an answer: dunno lets mail flow, defer does not', 'dunno')
    .addHelpText('after', HELP)
    .action(async (options: Options) => exit(await serve(options, host)));
}

async function serve({ listen, url, budget, onTrouble }: Options, host: HostProcess): Promise<ExitCode> {
  const complain = (text: string, code: ExitCode): ExitCode => {
    host.stderr.write(`postfix-policy: ${text}\n`);
    return code;
  };
  const place = parsePolicyPlace(listen);
  if (!place.ok) return complain(`--listen: ${place.error}`, EXIT.usage);
  const target = targetOf(url, host.env);
  if (!target.ok) return complain(`--url: ${target.error}`, EXIT.usage);
  const budgetMs = /^\d{1,5}$/.test(budget) ? Number(budget) : 0;
  if (budgetMs < 1 || budgetMs > MAX_BUDGET_MS) {
    return complain(`--budget: a whole number from 1 to ${MAX_BUDGET_MS} is expected`, EXIT.usage);
  }
  if (!isOnTrouble(onTrouble)) return complain('--on-trouble: dunno or defer is expected', EXIT.usage);
  const log = lineLog((line) => host.stderr.write(line), Date.now);
  const troubled = logSeldom(log, 'service-does-not-answer', Date.now);
  const { key } = target.value;
  const client = openClient({
    url: target.value.url,
    budgetMs,
    log: ({ kind, detail }) => troubled(`${kind}: ${detail}`),
    ...(key === null ? {} : { key }),
  });
  if (!client.ok) return complain(client.error, EXIT.usage);
  try {
    const server = await startPolicyServer({
      place: place.value,
      policy: new Policy(overHttp(client.value), onTrouble),
      budgetMs,
      serverName: randomUUID(),
      log: (event, fields) => log.error(event, fields),
    });
    host.stdout.write(`prefixwise answers Postfix at ${server.place}, and asks ${target.value.url}\n`);
    stopOnSignals(host, () => server.close(DRAIN_MS));
    return EXIT.ok;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return complain(`--listen: cannot listen there: ${reason}`, EXIT.config);
  }
}

function isOnTrouble(text: string): text is OnTrouble {
  return text === 'dunno' || text === 'defer';
}
