/**
 * Who calls, and what that caller may do. Today a service runs open on loopback, where every caller is the operator.
 */
import type { Reporter } from '../store/port.ts';

/** What a caller may do; each protected route asks for one. */
export type Scope = 'lookup' | 'report' | 'admin';

export interface Caller {
  /** `open-local`: no key was asked for, the service listens on loopback only. */
  readonly kind: 'open-local';
  /** Whose word this caller's verdicts are. */
  readonly reporter: Reporter;
  readonly scopes: ReadonlySet<Scope>;
}

/** The caller of a service without keys: the operator's own machine, hence trusted. */
export const OPEN_LOCAL: Caller = {
  kind: 'open-local',
  reporter: { id: 'local', trusted: true },
  scopes: new Set<Scope>(['lookup', 'report', 'admin']),
};

const LOOPBACK_NAME = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

/**
 * Whether a change may come in under this Host header while the service is open. A web page can make a browser on this
 * machine call 127.0.0.1 under the page's own name (DNS rebinding); `publicHost` is the operator's own name for the
 * service, as in a Host header. A request without Host (HTTP/1.0) is no browser's.
 */
export function isOwnHost(host: string | undefined, publicHost: string | null): boolean {
  return host === undefined || LOOPBACK_NAME.test(host) || host.toLowerCase() === publicHost;
}
