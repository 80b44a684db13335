/**
 * The frame of every page: head, masthead, footer. One document, nothing to fetch beside it.
 */
import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import { SCRIPT, STYLE } from './assets.ts';
import { SearchForm } from './search-form.tsx';

export interface DocumentProps {
  readonly title: string;
  readonly version: string;
  /** What the masthead's field holds; null for a page that has a field of its own. */
  readonly sought: string | null;
  /** Whether the page was asked for with a key. */
  readonly signedIn?: boolean | undefined;
  readonly children?: Child;
}

/** The icon, in the page itself: three blocks, each inside the one before. */
const ICON =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#155e75"/>' +
      '<rect x="7" y="7" width="18" height="18" rx="3" fill="none" stroke="#a5e4ee" stroke-width="2"/>' +
      '<rect x="7" y="16" width="9" height="9" rx="2" fill="#fbbf24"/></svg>',
  );

/** The page as HTML text. */
export function renderDocument(props: DocumentProps): string {
  return `<!doctype html>${(<Document {...props} />).toString()}`;
}

function Document({ title, version, sought, signedIn = false, children }: DocumentProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>{title}</title>
        <link rel="icon" href={ICON} />
        <style>{raw(STYLE)}</style>
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to content
        </a>
        <header class="masthead">
          <a class="brand" href="/">
            <Mark />
            Prefixwise
          </a>
          {sought === null ? null : <SearchForm address={sought} compact />}
          <nav aria-label="Service">
            <a href="/docs">API</a>
            {signedIn ? <SignOut /> : null}
          </nav>
        </header>
        <main id="main" tabindex={-1}>
          {children}
        </main>
        <footer class="colophon">
          <p>
            Prefixwise {version} · reputation by the prefix a customer really holds · this page carries
            everything it needs; the only cookie is the key of who signs in
          </p>
        </footer>
        <script>{raw(SCRIPT)}</script>
      </body>
    </html>
  );
}

function SignOut() {
  return (
    <form action="/sign-out" method="post">
      <button type="submit">Sign out</button>
    </form>
  );
}

function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
      <rect class="mark-ground" width="32" height="32" rx="7" />
      <rect class="mark-block" x="7" y="7" width="18" height="18" rx="3" />
      <rect class="mark-site" x="7" y="16" width="9" height="9" rx="2" />
    </svg>
  );
}
