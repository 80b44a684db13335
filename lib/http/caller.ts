/**
 * Who calls, and what that caller may do.
 */
import { NO_TRUSTED_HOSTS, type TrustedHosts } from '../feedback/trusted-hosts.ts';
import { SCOPES, type Scope } from '../keys/key.ts';
import { ok, type Result } from '../result.ts';
import type { Reporter } from '../store/port.ts';
import type { Failure } from './problem.ts';

export interface Caller {
  /** `open-local`: no key was asked for, the service listens on loopback only. */
  readonly kind: 'open-local' | 'key';
  /** Whose word this caller's verdicts are, and the actor of its administrative acts. */
  readonly reporter: Reporter;
  readonly scopes: ReadonlySet<Scope>;
  /** The caller's own mail servers, whose trace lines are believed. */
  readonly trustedHosts: TrustedHosts;
  /** Whether the caller is still let in. A key may end while a request is under way: to be asked before each write. */
  holds(): boolean;
  /** Pays for a request that is worth `cost` in all, before it is done; refused when that is more than the caller has left. */
  charge(cost: number): Promise<Result<null, Failure>>;
  /** Pays for what is already being done: nothing is refused now, but the caller's next requests wait for their time. */
  overdraw(cost: number): Promise<void>;
  /** Header fields that say what is left, for an answer that is built at once; other answers get them at the door. */
  limitHeaders(): Readonly<Record<string, string>> | undefined;
}

/** The caller of a service without keys: the operator's own machine, hence trusted. */
export const OPEN_LOCAL: Caller = {
  kind: 'open-local',
  reporter: { id: 'local', trusted: true },
  scopes: new Set<Scope>(SCOPES),
  trustedHosts: NO_TRUSTED_HOSTS,
  holds: () => true,
  charge: () => Promise.resolve(ok(null)),
  overdraw: () => Promise.resolve(),
  limitHeaders: () => undefined,
};
