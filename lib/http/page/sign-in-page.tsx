/**
 * `GET /sign-in`, and what a person sees anywhere without a key: a field for one.
 */
import { renderDocument } from './document.tsx';

export interface SignInPageProps {
  readonly version: string;
  /** Where to go with the key: a path of ours. */
  readonly next: string;
  readonly error?: string | undefined;
}

export function renderSignInPage({ version, next, error }: SignInPageProps): string {
  return renderDocument({
    title: 'Sign in · Prefixwise',
    version,
    sought: null,
    children: (
      <div class="start">
        <h1>Sign in</h1>
        <p class="lead">This service answers whoever has a key. Its administrator gives keys out.</p>
        <form action="/sign-in" method="post" class="search">
          <input type="hidden" name="next" value={next} />
          <label for="key" class="search-label">
            Key
          </label>
          <div class="search-row">
            <input
              id="key"
              name="key"
              type="password"
              required
              maxlength={200}
              autocomplete="current-password"
              autocapitalize="none"
              spellcheck={false}
              aria-invalid={error === undefined ? undefined : 'true'}
              aria-describedby={error === undefined ? undefined : 'key-error'}
            />
            <button type="submit">Sign in</button>
          </div>
          {error === undefined ? null : (
            <p class="error" id="key-error" role="alert">
              {error}
            </p>
          )}
        </form>
        <p class="quiet">The key stays in this browser until it is closed or you sign out.</p>
      </div>
    ),
  });
}
