/**
 * How the door turns a person away.
 */
import type { Context } from 'hono';
import { packageVersion } from '../../version.ts';
import type { Refusals } from '../access/door.ts';
import { CHALLENGE, type Failure, PROBLEM_TYPES } from '../problem.ts';
import { renderProblemPage } from './problem-page.tsx';
import { pageResponse } from './respond.ts';
import { renderSignInPage } from './sign-in-page.tsx';

const version = packageVersion();

export const PAGE_REFUSALS = {
  noKey: (c: Context): Response => signInResponse(c.req.method === 'GET' ? pathOf(c) : '/'),
  refused: (failure: Failure, headers?: Readonly<Record<string, string>>): Response => {
    const { status, title } = PROBLEM_TYPES[failure.kind];
    const signedIn = failure.kind === 'insufficient-scope' || failure.kind === 'rate-limited';
    const page = { version, title, text: sentenceOf(failure), back: '/', signedIn };
    return pageResponse(renderProblemPage(page), status, headers);
  },
} satisfies Refusals;

/** The sign-in page as a refusal, or with what was wrong with a key. */
export function signInResponse(next: string, error?: string): Response {
  return pageResponse(renderSignInPage({ version, next, error }), 401, CHALLENGE);
}

function pathOf(c: Context): string {
  const { pathname, search } = new URL(c.req.url);
  return pathname + search;
}

/** Without the name of the header field at its start, which a person did not write. */
function sentenceOf({ detail }: Failure): string {
  const text = detail.replace(/^[A-Z][\w-]*: /, '');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
