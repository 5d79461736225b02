/**
 * Decides where a recording's file lies: `<store>/<yyyy>/<mm>/<dd>/<callId>-<recordingId>.wav`,
 * relative to `RECORDINGS_DIR`. The day is the UTC day of the talk's start: storage is in UTC, the
 * store's zone is for the screen. One folder a store and day keeps folders small and deletion by
 * age cheap.
 */
import type { CallId, RecordingId, StoreId } from '../ids';
import type { Instant } from '../time';

const DAY_MS = 86_400_000;

/** Slashes on every system; never absolute, never with `..`. */
export function recordingPath(recording: {
  storeId: StoreId;
  callId: CallId;
  recordingId: RecordingId;
  startedAt: Instant;
}): string {
  const { year, month, day } = utcDate(recording.startedAt);
  const name = `${fileSafe(recording.callId)}-${fileSafe(recording.recordingId)}.wav`;
  return `${fileSafe(recording.storeId)}/${year}/${twoDigits(month)}/${twoDigits(day)}/${name}`;
}

/** A store's id is typed by people: only letters, digits, `_` and `-` reach the file system. */
const fileSafe = (name: string): string => name.replace(/[^\p{L}\p{N}_-]/gu, '_');

const twoDigits = (n: number): string => String(n).padStart(2, '0');

/**
 * The Gregorian date of an instant, by arithmetic (the domain has no Date). Years are counted from
 * 1 March, so that the leap day is the last of its year; 719,468 days lie between 0000-03-01 and
 * 1970-01-01, and 146,097 in each 400 years.
 */
export function utcDate(instant: Instant): { year: number; month: number; day: number } {
  const days = Math.floor(instant / DAY_MS) + 719_468;
  const era = Math.floor(days / 146_097);
  const dayOfEra = days - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: era * 400 + yearOfEra + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  };
}
