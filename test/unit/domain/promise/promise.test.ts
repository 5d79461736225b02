import { PROMISE_DUE_MS, promiseKey, stepPromise } from '../../../../src/domain/promise/promise';
import type { PromiseSnapshot } from '../../../../src/domain/records';
import { EVENTS, NOW, SAMPLES } from '../events';

const open = stepPromise(null, SAMPLES['promise.owed'], NOW).next;
if (!open) throw new Error('no promise was opened');
const STATES: Record<string, PromiseSnapshot | null> = {
  none: null,
  open,
  kept: { ...open, state: 'kept' },
  withdrawn: { ...open, state: 'withdrawn' },
};

/** State -> event -> state afterwards; unnamed ones stay. */
const TABLE: Record<string, Record<string, string>> = {
  none: { 'promise.owed': 'open' },
  open: { 'promise.owed': 'open', 'talk.joined': 'kept' },
  kept: { 'promise.owed': 'open' },
  withdrawn: { 'promise.owed': 'open' },
};

const PAIRS = Object.keys(STATES).flatMap((state) =>
  Object.keys(EVENTS).map((event) => [state, event, TABLE[state]?.[event]] as const),
);

test.each(PAIRS)('%s + %s -> %s', (state, event, expected) => {
  const before = STATES[state] ?? null;
  const { next, effects } = stepPromise(before, EVENTS[event]!, NOW);
  if (expected === undefined) {
    expect(next).toBe(before);
    expect(effects).toEqual([]);
  } else {
    expect(next?.state).toBe(expected);
    expect(effects.map(({ type }) => type)).toEqual(['journal.write', 'notify']);
  }
});

test('a promise is due half an hour after it was opened', () => {
  expect(open).toMatchObject({ openedAt: NOW, dueAt: NOW + PROMISE_DUE_MS, state: 'open' });
});

test('a later call moves it to itself, but not its due time nor its id', () => {
  const later = {
    ...SAMPLES['promise.owed'],
    ...{ promiseId: 'other', callId: 'second', leadId: 'lead' },
    reason: 'nobody-signed-in' as const,
  };
  expect(stepPromise(open, later, NOW + 60_000).next).toEqual({
    ...open,
    ...{ callId: 'second', leadId: 'lead', reason: 'nobody-signed-in' },
  });
});

test.each([
  [undefined, undefined, {}],
  [NOW, undefined, { place: NOW }],
  [undefined, NOW, { place: NOW }],
  [NOW, NOW + 1, { place: NOW }],
  [NOW + 1, NOW, { place: NOW }],
])('of the places %s and %s he keeps the better', (first, second, kept) => {
  const owed = (place?: number) => ({
    ...SAMPLES['promise.owed'],
    ...(place === undefined ? {} : { place }),
  });
  const before = stepPromise(null, owed(first), NOW).next;
  const { next } = stepPromise(before, owed(second), NOW);
  expect(next?.place).toBe((kept as { place?: number }).place);
});

test('the latest message is the one that is listened to', () => {
  const said = (messageId: string) => ({ ...SAMPLES['promise.owed'], messageId });
  const first = stepPromise(null, said('first'), NOW).next;
  expect(stepPromise(first, said('second'), NOW).next?.messageId).toBe('second');
  expect(stepPromise(first, SAMPLES['promise.owed'], NOW).next?.messageId).toBe('first');
});

test('people and hotlines have promises of their own', () => {
  const keys = [promiseKey('400', '1'), promiseKey('400', '2'), promiseKey('401', '1')];
  expect(new Set(keys).size).toBe(3);
});
