/**
 * The door for Postfix in the same process: its policy protocol, answered by the very lookups and admissions of HTTP.
 */
import { inProcess } from '../postfix/in-process.ts';
import { Policy } from '../postfix/policy.ts';
import { type RunningPolicyServer, startPolicyServer } from '../postfix/server.ts';
import { fail, ok, type Result } from '../result.ts';
import type { Settings } from '../settings.ts';
import type { AppDeps } from './deps.ts';
import { admissionSources, lookupSources } from './lookup-sources.ts';
import type { FactsCounter } from './signals/request-facts.ts';

/** A lookup, and two events of a message with its first recipient, each within the budget of a lookup, and some to spare. */
const BUDGETS_OF_AN_ANSWER = 4;

/** Starts listening for Postfix where the settings say; null when they name no place. */
export async function openPostfixDoor(
  { postfixListen, postfixOnTrouble, lookupBudgetMs }: Settings,
  deps: AppDeps,
  counter: FactsCounter,
): Promise<Result<RunningPolicyServer | null, string>> {
  if (postfixListen === null) return ok(null);
  const { accountRung, clock } = deps;
  const sources = admissionSources(lookupSources(deps), deps);
  try {
    const server = await startPolicyServer({
      place: postfixListen,
      policy: new Policy(inProcess({ sources, accountRung, clock, counter }), postfixOnTrouble),
      budgetMs: BUDGETS_OF_AN_ANSWER * lookupBudgetMs,
      serverName: deps.newId(),
      log: (event, fields) => deps.log.error(event, fields),
    });
    return ok(server);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return fail(`POSTFIX_LISTEN: cannot listen there: ${reason}`);
  }
}
