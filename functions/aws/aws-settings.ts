/**
 * The environment of a function as typed settings. Every fault is found at once, and each names its variable.
 */
import { fail, ok, type Result } from '../../lib/result.ts';
import { describeFaults, type Environment, readSettings, type SettingFault } from '../../lib/settings.ts';

export interface AwsSettings {
  readonly tableName: string;
  /** Of an emulator; undefined on AWS. */
  readonly endpoint: string | undefined;
  /** Milliseconds a lookup waits for the store. */
  readonly lookupBudgetMs: number;
  /** The service's address for others, without a slash at its end; null when none is named. */
  readonly publicUrl: string | null;
}

/** Where finished lines go: `process.stdout`, which Lambda takes into its log. */
export interface Output {
  write(text: string): unknown;
}

/** Reads `TABLE_NAME`, `DYNAMODB_ENDPOINT`, `LOOKUP_BUDGET_MS` and `PUBLIC_URL`. */
export function readAwsSettings(env: Environment): Result<AwsSettings, readonly SettingFault[]> {
  const faults: SettingFault[] = [];
  const { TABLE_NAME: tableName = '', DYNAMODB_ENDPOINT, LOOKUP_BUDGET_MS, PUBLIC_URL } = env;
  if (!/^[\w.-]{3,255}$/.test(tableName)) {
    faults.push({ variable: 'TABLE_NAME', detail: 'the name of a DynamoDB table is expected' });
  }
  const endpoint = DYNAMODB_ENDPOINT || undefined;
  if (endpoint !== undefined && !URL.canParse(endpoint)) {
    faults.push({ variable: 'DYNAMODB_ENDPOINT', detail: 'a URL is expected' });
  }
  const common = readSettings({ LOOKUP_BUDGET_MS, PUBLIC_URL });
  if (!common.ok) return fail([...faults, ...common.error]);
  const { lookupBudgetMs, publicUrl } = common.value;
  return faults.length > 0 ? fail(faults) : ok({ tableName, endpoint, lookupBudgetMs, publicUrl });
}

/** The settings of a function that cannot run without: a fault ends its start with a clear error. */
export function requireAwsSettings(env: Environment): AwsSettings {
  const settings = readAwsSettings(env);
  if (settings.ok) return settings.value;
  throw new Error(`the function cannot run as configured\n${describeFaults(settings.error)}`);
}
