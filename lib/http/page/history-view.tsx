/**
 * Thirty days of reports as bars, unwanted mail up and wanted mail down; the same as a table for who cannot see them.
 */
import type { Day } from '../wire/days.ts';
import { day as dayText, plural, weight } from './words.ts';

const WIDTH = 20;
const HEIGHT = 100;
/** Least height of a bar and of either half. */
const LEAST = 2;

export function HistoryView({ days }: { readonly days: readonly Day[] }) {
  const seen = days.filter(({ spam, ham }) => spam + ham > 0);
  const summary = summaryOf(days, seen);
  return (
    <section class="history" aria-labelledby="history-title">
      <h2 id="history-title">The last {days.length} days</h2>
      {seen.length === 0 ? (
        <p class="quiet">No report in this time.</p>
      ) : (
        <>
          <p class="quiet">{summary}</p>
          <Bars days={days} summary={summary} />
          <details>
            <summary>As a table</summary>
            <DaysTable days={seen} />
          </details>
        </>
      )}
    </section>
  );
}

function summaryOf(days: readonly Day[], seen: readonly Day[]): string {
  const spam = days.reduce((sum, day) => sum + day.spam, 0);
  const ham = days.reduce((sum, day) => sum + day.ham, 0);
  const last = seen.at(-1);
  return (
    `${weight(spam)} weighted ${weight(spam) === '1' ? 'report' : 'reports'} of unwanted mail and ${weight(ham)} of wanted mail, on ` +
    `${plural(seen.length, 'day', 'days')}; the last on ${dateOf(last)}.`
  );
}

/** Drawn without text, so that it may be stretched; the ground stands where both halves have one scale. */
function Bars({ days, summary }: { readonly days: readonly Day[]; readonly summary: string }) {
  const mostSpam = Math.max(...days.map(({ spam }) => spam));
  const mostHam = Math.max(...days.map(({ ham }) => ham));
  const unit = (HEIGHT - 4 * LEAST) / (mostSpam + mostHam);
  const ground = mostSpam * unit + 2 * LEAST;
  const height = (value: number): number => (value === 0 ? 0 : Math.max(LEAST, value * unit));
  return (
    <div class="bars">
      <svg
        viewBox={`0 0 ${days.length * WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={summary}
      >
        <line class="ground" x1="0" x2={days.length * WIDTH} y1={ground} y2={ground} />
        {days.map(({ date, spam, ham }, i) => (
          <g>
            {spam + ham === 0 ? null : (
              <title>
                {dateOf({ date })}: {weight(spam)} unwanted, {weight(ham)} wanted
              </title>
            )}
            <rect class="hit" x={i * WIDTH} y="0" width={WIDTH} height={HEIGHT} />
            <rect
              class="spam"
              x={i * WIDTH + 3}
              y={ground - 1 - height(spam)}
              width={WIDTH - 6}
              height={height(spam)}
            />
            <rect class="ham" x={i * WIDTH + 3} y={ground + 1} width={WIDTH - 6} height={height(ham)} />
          </g>
        ))}
      </svg>
      <p class="bars-dates" aria-hidden="true">
        <span>{dateOf(days[0])}</span>
        <span>
          <b class="spam">▲ unwanted</b> <b class="ham">▼ wanted</b>, at most{' '}
          {weight(Math.max(mostSpam, mostHam))} a day
        </span>
        <span>today</span>
      </p>
    </div>
  );
}

function DaysTable({ days }: { readonly days: readonly Day[] }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Day</th>
          <th scope="col">Unwanted</th>
          <th scope="col">Wanted</th>
        </tr>
      </thead>
      <tbody>
        {days.map(({ date, spam, ham }) => (
          <tr>
            <th scope="row">{dateOf({ date })}</th>
            <td>{weight(spam)}</td>
            <td>{weight(ham)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function dateOf(day: Pick<Day, 'date'> | undefined): string {
  return day === undefined ? '' : dayText(Date.parse(day.date));
}
