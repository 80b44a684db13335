/**
 * Times on the wire: RFC 3339, UTC, whole seconds out; RFC 3339 with any zone in.
 */
import { fail, ok, type Result } from '../../result.ts';

const DAY = 86_400_000;
/** "00" to "59". */
const TWO_DIGITS: readonly string[] = Array.from({ length: 60 }, (_, i) => String(i).padStart(2, '0'));

/** Days written lately: answers are about a few hundred of them, and a date costs ten times what the rest does. */
const dates = new Map<number, string>();
const MAX_DATES = 1000;

/** RFC 3339 in UTC to the second, from epoch milliseconds of the years 0 to 9999; rounds down. */
export function formatTime(at: number): string {
  const day = Math.floor(at / DAY);
  const seconds = Math.floor((at - day * DAY) / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const date = dates.get(day) ?? rememberedDate(day);
  return `${date}T${TWO_DIGITS[hours]}:${TWO_DIGITS[minutes % 60]}:${TWO_DIGITS[seconds % 60]}Z`;
}

function rememberedDate(day: number): string {
  const date = formatDay(day * DAY);
  if (dates.size === MAX_DATES) dates.clear();
  dates.set(day, date);
  return date;
}

/** The UTC day of an instant as `YYYY-MM-DD`. */
export function formatDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

const RFC_3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,12}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
const MINUTE = 60_000;

/** Epoch milliseconds of an RFC 3339 time (section 5.6); a leap second counts as the second before it. */
export function parseTime(text: string): Result<number, string> {
  const parts = RFC_3339.exec(text);
  if (parts === null) {
    return fail('an RFC 3339 time with its zone is expected, such as 2026-11-21T19:00:00Z');
  }
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number);
  if (year === undefined || month === undefined || day === undefined) return fail('the date is incomplete');
  if (hour === undefined || minute === undefined || second === undefined)
    return fail('the time is incomplete');
  if (hour > 23 || minute > 59 || second > 60) return fail('there is no such time of day');
  const wholeDay = new Date(0);
  wholeDay.setUTCFullYear(year, month - 1, day);
  if (wholeDay.getUTCMonth() !== month - 1 || wholeDay.getUTCDate() !== day)
    return fail('there is no such date');
  const offset = zoneOffset(parts[8], Number(parts[9] ?? 0), Number(parts[10] ?? 0));
  if (offset === null) return fail('there is no such zone');
  const fraction = Math.floor(Number(`0.${parts[7] ?? 0}`) * 1000);
  const seconds = Math.min(second, 59);
  return ok(wholeDay.getTime() + ((hour * 60 + minute) * 60 + seconds) * 1000 + fraction - offset);
}

function zoneOffset(sign: string | undefined, hours: number, minutes: number): number | null {
  if (hours > 23 || minutes > 59) return null;
  const offset = (hours * 60 + minutes) * MINUTE;
  return sign === '-' ? -offset : offset;
}
