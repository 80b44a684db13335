/**
 * The SMTP sessions a sender has open, as leases: one that nobody ends, because its mail server died, ends by itself.
 */

export interface Session {
  /** The mail server's name for the connection; empty for one that was announced without a name. */
  readonly id: string;
  /** Until when it counts as open unless something happens in it: epoch milliseconds. */
  readonly until: number;
  readonly messages: number;
  /** Recipients of the message that is under way. */
  readonly recipients: number;
  readonly errors: number;
}

/** A session ends after so long without an event: what SMTP lets a client wait between commands (RFC 5321 section 4.5.3.2). */
export const LEASE_MS = 300_000;

/** So many are kept for one sender; one more takes the place of the one that was silent longest. */
export const MAX_SESSIONS = 500;

/** The sessions open at `now`. A lease that a fast clock made too long is cut to its length. */
export function openAt(sessions: readonly Session[], now: number): readonly Session[] {
  const longest = now + LEASE_MS;
  return sessions
    .filter(({ until }) => until > now)
    .map((session) => (session.until > longest ? { ...session, until: longest } : session));
}

export function newSession(id: string, now: number): Session {
  return { id, until: now + LEASE_MS, messages: 0, recipients: 0, errors: 0 };
}

/** The sessions with one in place of its former self, or added. */
export function withSession(sessions: readonly Session[], session: Session): readonly Session[] {
  const others = session.id === '' ? sessions : sessions.filter(({ id }) => id !== session.id);
  const kept = others.length < MAX_SESSIONS ? others : withoutOldest(others);
  return [...kept, session];
}

/** The sessions without the one of that name; of nameless ones, without the one that was silent longest. */
export function withoutSession(sessions: readonly Session[], id: string): readonly Session[] {
  if (id !== '') return sessions.filter((session) => session.id !== id);
  const nameless = sessions.filter((session) => session.id === '');
  const [oldest] = nameless.toSorted((a, b) => a.until - b.until);
  return sessions.filter((session) => session !== oldest);
}

function withoutOldest(sessions: readonly Session[]): readonly Session[] {
  const oldest = sessions.reduce((a, b) => (b.until < a.until ? b : a));
  return sessions.filter((session) => session !== oldest);
}
