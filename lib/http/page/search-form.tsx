/**
 * The field everything starts from: an address, or a block. A plain form: it works without script.
 */
export interface SearchFormProps {
  readonly address: string;
  /** In the masthead of a result, without its explanations. */
  readonly compact?: boolean;
  /** Why what was sought cannot be looked up. */
  readonly error?: string | undefined;
}

export function SearchForm({ address, compact = false, error }: SearchFormProps) {
  return (
    <search class={compact ? 'search compact' : 'search'}>
      <form action="/" method="get">
        <label for="address" class={compact ? 'away' : 'search-label'}>
          IP address or block
        </label>
        <div class="search-row">
          <input
            id="address"
            name="address"
            type="text"
            value={address}
            placeholder="2001:db8::25"
            required
            maxlength={200}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            enterkeyhint="search"
            aria-invalid={error === undefined ? undefined : 'true'}
            aria-describedby={error === undefined ? undefined : 'address-error'}
          />
          <button type="submit">Look up</button>
        </div>
        {error === undefined ? null : (
          <p class="error" id="address-error" role="alert">
            {error}
          </p>
        )}
      </form>
    </search>
  );
}
