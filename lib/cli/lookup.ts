/**
 * `prefixwise lookup ADDRESS`: asks a running service.
 */
import { Command } from 'commander';
import * as z from 'zod/mini';
import { lookupAnswerSchema } from '../http/openapi/answers.ts';
import { cardOf } from './card.ts';
import { call, targetOf } from './client.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { coloured, plain } from './paint.ts';
import { mayColour, type Terminal } from './terminal.ts';

interface Options {
  readonly account?: string;
  readonly org?: string;
  readonly json?: boolean;
  readonly url?: string;
}

export function lookupCommand(terminal: Terminal, exit: (code: ExitCode) => void): Command {
  return new Command('lookup')
    .description('say what is known of an address, and what to do with it')
    .argument('<address>', 'IPv4 or IPv6 address in any legal spelling')
    .option('--account <name>', 'the authenticated user who sends, judged beside the prefix')
    .option('--org <name>', "the account's parent")
    .option('--json', "the service's answer as it is")
    .option('--url <url>', 'where the service is (PREFIXWISE_URL, else http://127.0.0.1:8080)')
    .action(async (address: string, options: Options) => exit(await lookup(address, options, terminal)));
}

async function lookup(address: string, options: Options, terminal: Terminal): Promise<ExitCode> {
  const { account, org, json, url } = options;
  const complain = (text: string, code: ExitCode): ExitCode => {
    terminal.stderr.write(`lookup: ${text}\n`);
    return code;
  };
  const target = targetOf(url, terminal.env);
  if (!target.ok) return complain(target.error, EXIT.usage);
  const query = new URLSearchParams();
  if (account !== undefined) query.set('account', account);
  if (org !== undefined) query.set('org', org);
  const answer = await call(target.value, {
    method: 'GET',
    path: `/v1/lookup/${encodeURIComponent(address)}${query.size === 0 ? '' : `?${query}`}`,
  });
  if (!answer.ok) return complain(answer.error.detail, answer.error.exit);
  if (json === true) {
    terminal.stdout.write(`${answer.value.text}\n`);
    return EXIT.ok;
  }
  const parsed = z.safeParse(lookupAnswerSchema, answer.value.json);
  if (!parsed.success)
    return complain(`${target.value.url} does not answer like this service`, EXIT.unavailable);
  terminal.stdout.write(cardOf(parsed.data, mayColour(terminal) ? coloured : plain));
  return EXIT.ok;
}
