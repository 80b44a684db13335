/**
 * Dates of mail headers (RFC 5322 section 3.3, with the obsolete forms of section 4.3 that old software still writes).
 */

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Hours of the zones with a name of their own; any other name means "zone unknown" and counts as UTC (section 4.3). */
const ZONE_HOURS: ReadonlyMap<string, number> = new Map([
  ['EDT', -4],
  ['EST', -5],
  ['CDT', -5],
  ['CST', -6],
  ['MDT', -6],
  ['MST', -7],
  ['PDT', -7],
  ['PST', -8],
]);

const DATE =
  /^(?:[a-z]{3,9},?\s+)?(\d{1,2})\s+([a-z]{3})[a-z]*\s+(\d{2,4})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([+-]\d{4}|[a-z]{1,5})(?:\s|$)/i;
const MINUTE = 60_000;
/** A date is some thirty characters; nothing beyond these is looked at. */
const MAX_TEXT = 200;

/** Epoch milliseconds of a header's date, comments left out; null when it is none or has no zone. */
export function parseMailDate(text: string): number | null {
  const plain = text
    .slice(0, MAX_TEXT)
    .replace(/\([^()]*\)/g, ' ')
    .trim();
  const parts = DATE.exec(plain);
  if (parts === null) return null;
  const [, day = '', monthName = '', year = '', hour = '', minute = '', second = '0', zone = ''] = parts;
  const month = MONTHS.indexOf(monthName.toLowerCase());
  if (month < 0 || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return null;
  const wholeDay = new Date(Date.UTC(fullYear(year), month, Number(day)));
  if (wholeDay.getUTCDate() !== Number(day)) return null;
  const minutes = Number(hour) * 60 + Number(minute) - zoneMinutes(zone);
  return wholeDay.getTime() + minutes * MINUTE + Math.min(Number(second), 59) * 1000;
}

/** Two and three digits as section 4.3 reads them. */
function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length === 4) return year;
  return digits.length === 2 && year < 50 ? 2000 + year : 1900 + year;
}

function zoneMinutes(zone: string): number {
  const sign = zone.startsWith('-') ? -1 : 1;
  if (/^[+-]/.test(zone)) return sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3, 5)));
  return (ZONE_HOURS.get(zone.toUpperCase()) ?? 0) * 60;
}
