/**
 * The form by which an administrator forgets a subject, and says why.
 */
import { MAX_REASON } from '../../lists/list-entry.ts';

export interface DelistFormProps {
  /** Canonical text of the address on the page, and of the subject that goes. */
  readonly address: string;
  readonly subject: string;
}

export function DelistForm({ address, subject }: DelistFormProps) {
  return (
    <section class="report" aria-labelledby="delist-title">
      <h2 id="delist-title">Forget what is known</h2>
      <form action="/delist" method="post">
        <input type="hidden" name="address" value={address} />
        <input type="hidden" name="subject" value={subject} />
        <label for="reason">Why {subject} starts anew</label>
        <div class="report-row">
          <input id="reason" name="reason" type="text" required maxlength={MAX_REASON} autocomplete="off" />
          <button type="submit">Forget</button>
        </div>
        <p class="quiet">The reason goes into the audit record. This cannot be undone.</p>
      </form>
    </section>
  );
}
