/**
 * SIP_DRAIN_AT: a time of day on the machine's clock, and when it comes next. Pure: the zone is a
 * function from an instant to its offset.
 */

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;

/** `HH:MM` or `HH:MM:SS`, 00:00 to 23:59:59, as milliseconds after midnight. */
export function parseTimeOfDay(text: string): number | undefined {
  const match = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(text);
  if (match === null) return undefined;
  const [hours, minutes, seconds] = [match[1], match[2], match[3] ?? 0].map(Number);
  return ((hours ?? 0) * 60 + (minutes ?? 0)) * MINUTE_MS + (seconds ?? 0) * 1000;
}

/**
 * The first instant after `now` at which the clock shows that time. Where clocks are put forward over it,
 * it comes as much later as they jump; where they are put back, the first of the two counts.
 * @param now epoch milliseconds, as is the answer
 * @param timeOfDay milliseconds after midnight
 * @param offsetAt what the zone's clock is ahead of UTC at an instant, milliseconds
 */
export function nextTimeOfDay(
  now: number,
  timeOfDay: number,
  offsetAt: (instant: number) => number,
): number {
  const midnight = Math.floor((now + offsetAt(now)) / DAY_MS) * DAY_MS;
  // Yesterday's time of day may still be to come: it was jumped over, and comes after midnight.
  for (let day = -1; ; day++) {
    const instant = instantOf(midnight + day * DAY_MS + timeOfDay, offsetAt);
    if (instant > now) return instant;
  }
}

/** The first instant at which the clock shows `wall`, milliseconds as if it were UTC. */
function instantOf(wall: number, offsetAt: (instant: number) => number): number {
  const before = offsetAt(wall - DAY_MS);
  const after = offsetAt(wall + DAY_MS);
  const shown = [before, after]
    .map((offset) => wall - offset)
    .filter((instant) => instant + offsetAt(instant) === wall);
  return shown.length > 0 ? Math.min(...shown) : wall - before;
}
