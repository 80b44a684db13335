/**
 * `prefixwise serve`: the self-hosted service.
 */
import { Command } from 'commander';
import { type HostProcess, runService } from '../http/run.ts';

const SETTINGS_HELP = `
Settings come from the environment:
  HOST              address to listen on (127.0.0.1)
  PORT              port, 0 for any free one (8080)
  DATA_DIR          folder of the embedded store (./data)
  STORE             embedded, or dynamodb: then also
  TABLE_NAME          its table, made by npm run deploy
  AWS_REGION          region and credentials, as for every AWS tool
  DYNAMODB_ENDPOINT   of an emulator or a VPC endpoint (none)
  LOOKUP_BUDGET_MS  how long a lookup waits for the store (50)
  RATE_LIMIT        lookups and verdicts of a key in a minute, or off (60000)
  POLICY_FILE       policy file, YAML or JSON (the built-in policy)
  POSTFIX_LISTEN    answers Postfix there: inet:127.0.0.1:10040 or unix:PATH (nowhere)
  POSTFIX_ON_TROUBLE  without an answer: dunno lets mail flow, defer does not (dunno)
  PUBLIC_URL        the service's address for others: links in SMTP replies lead there

On any other address than loopback it starts only once there is a key: prefixwise keys create.
SIGTERM or SIGINT stops it once requests in flight are answered; a second one at once.
Exit codes: 0 stopped cleanly, 1 cut short, 78 it cannot run as configured.`;

export function serveCommand(host: HostProcess): Command {
  return new Command('serve')
    .description('run the service')
    .addHelpText('after', SETTINGS_HELP)
    .action(() => runService(host));
}
