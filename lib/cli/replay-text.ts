/**
 * The summary of a replay, in words.
 */
import type { ReplayResult } from '../replay/summary.ts';

const LABEL_WIDTH = 21;

/** The summary, each line ended; `refused` is how many lines of the log could not be used. */
export function summaryText(result: ReplayResult, refused: number): string {
  const { events, spam, ham, unrated, auc, brier, spamLetIn, goodRefused, goodDeferred, classes } = result;
  const rows = [
    ['events', `${count(events)} (${count(spam)} spam, ${count(ham)} ham; ${count(unrated)} not rateable)`],
    ['lines refused', count(refused)],
    ['AUC', decimals(auc)],
    ['Brier score', decimals(brier)],
    ['spam let in', `${percent(spamLetIn)} (accepted or throttled)`],
    ['good mail refused', `${percent(goodRefused)} (rejected)`],
    ['good mail deferred', `${percent(goodDeferred)} (tempfail)`],
    [
      'classes',
      Object.entries(classes)
        .map(([name, n]) => `${name} ${count(n)}`)
        .join(', '),
    ],
  ];
  return rows.map(([label = '', text = '']) => `${label.padEnd(LABEL_WIDTH)}${text}\n`).join('');
}

function count(value: number): string {
  return value.toLocaleString('en');
}

function decimals(value: number | null): string {
  return value === null ? 'none' : value.toFixed(4);
}

function percent(share: number | null): string {
  return share === null ? 'none' : `${(share * 100).toFixed(2)} %`;
}
