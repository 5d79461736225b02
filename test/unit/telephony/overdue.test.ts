import type { Binding } from '../../../src/telephony/bindings';
import {
  atMost,
  isCalled,
  isKept,
  OVERDUE_LIMIT_MS,
  standingOf,
  takenOver,
  withoutOutdated,
  type Standing,
} from '../../../src/telephony/overdue';
import type { PlaceState } from '../../../src/telephony/phone-watch';

const NOW = 10 * OVERDUE_LIMIT_MS;

/** `left`: milliseconds until it runs out; `kept`: until it may no longer be kept, where a former app had made it. */
const binding = (left: number, kept?: number, more: Partial<Binding> = {}): Binding => ({
  ...{ phoneId: '8001', contact: 'sip:a@192.0.2.1', protocol: 'udp', address: '192.0.2.1' },
  ...{ port: 5060, callId: 'one', cseq: 1, expiresAt: NOW + left },
  ...(kept !== undefined && { keptUntil: NOW + kept }),
  ...more,
});

test.each([
  ['still good', 60_000, true],
  ['ran out just now', 0, true],
  ['ran out 29 minutes ago', 60_000 - OVERDUE_LIMIT_MS, true],
  ['ran out half an hour ago', -OVERDUE_LIMIT_MS, false],
])('of a former app, %s: taken over: %s', (_what, left, isTaken) => {
  const taken = takenOver(binding(left, -5), NOW);
  expect(taken).toEqual(isTaken ? binding(left, OVERDUE_LIMIT_MS) : undefined);
});

test.each<[string, Binding, Standing]>([
  ['of this app, good', binding(1), 'live'],
  ['of this app, run out', binding(0), 'over'],
  ['of a former one, good', binding(1, 2), 'live'],
  ['of a former one, run out', binding(0, 1), 'overdue'],
  ['of a former one, kept long enough', binding(-9, 0), 'over'],
])('%s', (_what, one, standing) => {
  expect(standingOf(one, NOW)).toBe(standing);
});

test.each<[PlaceState, live: boolean, overdue: boolean, keptOverdue: boolean]>([
  ['unknown', true, false, true],
  ['answered', true, true, true],
  ['missed', true, false, true],
  ['absent', true, false, false],
  ['silent', false, false, false],
])('a place that is %s', (place, live, overdue, keptOverdue) => {
  expect([isCalled('live', place), isCalled('overdue', place)]).toEqual([live, overdue]);
  expect([isKept('live', place), isKept('overdue', place)]).toEqual([true, keptOverdue]);
  expect([isCalled('over', place), isKept('over', place)]).toEqual([false, false]);
});

test.each([
  ['of another device', {}, true],
  ['of the same registration', { callId: 'two' }, false],
  ['at the same place', { address: '192.0.2.9', port: 5061 }, false],
  ['at another port of the same box', { address: '192.0.2.9' }, true],
  ['of a contact that is named', { callId: 'two', contact: 'sip:b@192.0.2.9' }, true],
])('the phone registers: an overdue binding %s stays: %s', (_what, more, stays) => {
  const by = { callId: 'two', address: '192.0.2.9', port: 5061, uris: ['sip:b@192.0.2.9'] };
  expect(withoutOutdated([binding(-1, 1, more)], by, NOW)).toHaveLength(stays ? 1 : 0);
  expect(withoutOutdated([binding(1, 1, more)], by, NOW)).toHaveLength(1);
});

test('of too many the overdue ones go first, then the oldest', () => {
  const all = [binding(1), binding(-1, 1), binding(2), binding(3)];
  expect(atMost(4, all, NOW)).toEqual(all);
  expect(atMost(3, all, NOW)).toEqual([binding(1), binding(2), binding(3)]);
  expect(atMost(2, all, NOW)).toEqual([binding(2), binding(3)]);
});
