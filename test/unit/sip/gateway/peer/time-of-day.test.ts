import { nextTimeOfDay, parseTimeOfDay } from '../../../../../sip/gateway/peer/time-of-day';

test.each([
  ['00:00', 0],
  ['03:00', 3 * 3_600_000],
  ['23:59', 86_340_000],
  ['23:59:59', 86_399_000],
])('%s is %i ms after midnight', (text, expected) => {
  expect(parseTimeOfDay(text)).toBe(expected);
});

test.each(['', '3:00', '24:00', '03:60', '03', '03:00:60', '03:00 ', '-1:00', 'noon'])(
  '%j is no time of day',
  (text) => expect(parseTimeOfDay(text)).toBeUndefined(),
);

const HOUR_MS = 3_600_000;

/** Winter is an hour ahead of UTC, summer two: from 29 March to 25 October 2026, both at 01:00 UTC. */
function berlin(instant: number): number {
  const summer =
    instant >= Date.parse('2026-03-29T01:00Z') && instant < Date.parse('2026-10-25T01:00Z');
  return summer ? 2 * HOUR_MS : HOUR_MS;
}
const utc = () => 0;
const shanghai = () => 8 * HOUR_MS;
/** West of Greenwich, where local midnight is a day behind that of UTC. */
const honolulu = () => -10 * HOUR_MS;

test.each([
  ['later today', utc, '2026-11-28T01:00:00Z', '03:00', '2026-11-28T03:00:00Z'],
  ['just over: tomorrow', utc, '2026-11-28T03:00:00Z', '03:00', '2026-11-29T03:00:00Z'],
  ['a moment before', utc, '2026-11-28T02:59:59.999Z', '03:00', '2026-11-28T03:00:00Z'],
  ['across midnight', utc, '2026-12-31T22:00:00Z', '03:00', '2027-01-01T03:00:00Z'],
  ['midnight itself', utc, '2026-11-28T23:59:00Z', '00:00', '2026-11-29T00:00:00Z'],
  ['east of Greenwich', shanghai, '2026-11-28T18:59:00Z', '03:00', '2026-11-28T19:00:00Z'],
  ['east, across midnight', shanghai, '2026-11-28T15:00:00Z', '03:00', '2026-11-28T19:00:00Z'],
  ['west of Greenwich', honolulu, '2026-11-28T05:00:00Z', '23:30', '2026-11-28T09:30:00Z'],
  ['a night of 23 hours', berlin, '2026-03-28T21:00:00Z', '03:00', '2026-03-29T01:00:00Z'],
  ['a time that is jumped over', berlin, '2026-03-28T21:00:00Z', '02:30', '2026-03-29T01:30:00Z'],
  ['asked in the gap', berlin, '2026-03-29T01:10:00Z', '02:30', '2026-03-29T01:30:00Z'],
  ['a night of 25 hours', berlin, '2026-10-24T20:00:00Z', '03:00', '2026-10-25T02:00:00Z'],
  ['a time that comes twice', berlin, '2026-10-24T20:00:00Z', '02:30', '2026-10-25T00:30:00Z'],
  ['after the first of both', berlin, '2026-10-25T00:31:00Z', '02:30', '2026-10-26T01:30:00Z'],
])('%s', (_what, offsetAt, now, text, expected) => {
  const timeOfDay = parseTimeOfDay(text) ?? NaN;
  const next = nextTimeOfDay(Date.parse(now), timeOfDay, offsetAt);
  expect(new Date(next).toISOString()).toBe(new Date(expected).toISOString());
});
