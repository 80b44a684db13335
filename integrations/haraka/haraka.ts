/**
 * The parts of Haraka that the plugin touches (Haraka 3: its `plugins.js`, `connection.js`, `transaction.js`).
 */

/** A section of an ini file as haraka-config reads it. */
export type IniSection = Readonly<Record<string, unknown>>;

export interface HarakaPlugin {
  readonly config: {
    get(
      name: string,
      options: { readonly booleans: readonly string[] },
      onChange?: () => void,
    ): { readonly main: IniSection };
  };
  register_hook(hook: string, method: string, priority?: number): void;
  loginfo(text: string): void;
  logwarn(text: string): void;
  logerror(text: string): void;
}

/** What other plugins found out, by their names. */
export interface Results {
  add(plugin: HarakaPlugin, result: Readonly<Record<string, unknown>>): void;
  get(plugin: string): Readonly<Record<string, unknown>> | undefined;
}

export interface Transaction {
  readonly uuid: string;
  readonly results: Results;
  add_header(name: string, value: string): void;
  remove_header(name: string): void;
}

export interface Connection {
  readonly uuid: string;
  readonly remote: { readonly ip: string };
  readonly notes: { readonly auth_user?: string };
  readonly results: Results;
  /** Null between messages. */
  readonly transaction: Transaction | null;
  capabilities: readonly string[] | null;
}

/** Goes on with the next plugin, or answers the client. */
export type Next = (decision?: number, reply?: DSN) => void;

/** What a hook may decide; the numbers of haraka-constants. */
export const DENY = 902;
export const DENYSOFT = 903;
export const DENYDISCONNECT = 904;
export const DENYSOFTDISCONNECT = 909;

/** A reply with a code of its own. Haraka knows it by the name of its class, as haraka-dsn's. */
export class DSN {
  readonly code: number;
  readonly reply: string;

  constructor(code: number, reply: string) {
    this.code = code;
    this.reply = reply;
  }

  /** For Haraka's log. */
  toString(): string {
    return `${this.code} ${this.reply}`;
  }
}
