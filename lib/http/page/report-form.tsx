/**
 * The form by which a person reports what came from an address. Its hidden id makes a second click harmless.
 */
import { VERDICTS, type Verdict } from '../../reputation/verdict.ts';
import { VERDICT_WORDS } from './words.ts';

export interface ReportFormProps {
  /** Canonical text. */
  readonly address: string;
  /** A fresh id: what is sent twice with it counts once. */
  readonly id: string;
  readonly chosen?: Verdict | undefined;
}

export function ReportForm({ address, id, chosen = 'spam' }: ReportFormProps) {
  return (
    <section class="report" aria-labelledby="report-title">
      <h2 id="report-title">Report mail from here</h2>
      <form action="/report" method="post" data-quick="">
        <input type="hidden" name="address" value={address} />
        <input type="hidden" name="id" value={id} />
        <label for="verdict">What it was</label>
        <div class="report-row">
          <select id="verdict" name="verdict">
            {VERDICTS.map((verdict) => (
              <option value={verdict} selected={verdict === chosen}>
                {VERDICT_WORDS[verdict]}
              </option>
            ))}
          </select>
          <button type="submit">Report</button>
        </div>
        <p class="quiet" role="status" />
      </form>
    </section>
  );
}
