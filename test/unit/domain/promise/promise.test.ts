import {
  promiseKey,
  SETTLE_MS,
  SOON_AGAIN_MS,
  stepPromise,
  withTask,
} from '../../../../src/domain/promise/promise';
import {
  PROMISE_DUE_MS,
  TRY_AGAIN_MS,
  USUAL_RING_BACK,
} from '../../../../src/domain/promise/ring-back';
import type { AttemptEnded } from '../../../../src/domain/promise-events';
import type { PromiseSnapshot } from '../../../../src/domain/records';
import { EVENTS, NOW, SAMPLES } from '../events';

const open = stepPromise(null, SAMPLES['promise.owed'], NOW).next;
if (!open) throw new Error('no promise was opened');
const claimed: PromiseSnapshot = { ...open, state: 'claimed', attemptId: 'attempt' };
const STATES: Record<string, PromiseSnapshot | null> = {
  none: null,
  open,
  claimed,
  'claimed (other)': { ...claimed, attemptId: 'another' },
  'open (overdue)': { ...open, dueAt: NOW - 1 },
  kept: { ...open, state: 'kept' },
  late: { ...open, state: 'late' },
  withdrawn: { ...open, state: 'withdrawn' },
};

/** State -> event -> state afterwards; unnamed ones stay. */
const TABLE: Record<string, Record<string, string>> = {
  none: { 'promise.owed': 'open' },
  open: {
    'promise.owed': 'open',
    'talk.joined': 'kept',
    'promise.settled': 'withdrawn',
    'promise.moved': 'withdrawn',
    'attempt.claimed': 'claimed',
    'attempt.ended': 'open',
  },
  'open (overdue)': {
    'promise.owed': 'open',
    'talk.joined': 'late',
    'promise.settled': 'withdrawn',
    'promise.moved': 'withdrawn',
    'attempt.claimed': 'claimed',
    'attempt.ended': 'open',
  },
  claimed: {
    'promise.owed': 'claimed',
    'talk.joined': 'kept',
    'promise.settled': 'withdrawn',
    'promise.moved': 'withdrawn',
    'attempt.claimed': 'claimed',
    'attempt.ended': 'open',
  },
  'claimed (other)': {
    'promise.owed': 'claimed',
    'talk.joined': 'kept',
    'promise.settled': 'withdrawn',
    'promise.moved': 'withdrawn',
    'attempt.claimed': 'claimed',
  },
  kept: { 'promise.owed': 'open' },
  late: { 'promise.owed': 'open' },
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
    expect(effects.map(({ type }) => type).slice(0, 2)).toEqual(['journal.write', 'notify']);
  }
});

test('a promise is due half an hour after it was opened, and he is not called before he hung up', () => {
  expect(open).toMatchObject({ openedAt: NOW, dueAt: NOW + PROMISE_DUE_MS, state: 'open' });
  expect(open.notBefore).toBe(NOW + SETTLE_MS);
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
    notBefore: NOW + 60_000 + SETTLE_MS,
  });
});

test('whose lead he is stays known, and is corrected', () => {
  const owned = stepPromise(null, { ...SAMPLES['promise.owed'], ownerId: 'dan' }, NOW).next;
  const again = stepPromise(owned, SAMPLES['promise.owed'], NOW).next;
  const moved = stepPromise(owned, { ...SAMPLES['promise.owed'], ownerId: 'li' }, NOW).next;
  expect([owned, again, moved].map((one) => one?.ownerId)).toEqual(['dan', 'dan', 'li']);
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

describe('tries', () => {
  const ended = (parts: Partial<AttemptEnded>): AttemptEnded => ({
    ...SAMPLES['attempt.ended'],
    ...parts,
  });

  test('three in vain over half an hour make it a task; then nothing is dialled by itself', () => {
    const after = (before: PromiseSnapshot) =>
      stepPromise({ ...before, state: 'claimed', attemptId: 'attempt' }, ended({}), NOW).next!;
    const once = after(open);
    expect(once).toMatchObject({ state: 'open', tries: 1, notBefore: NOW + TRY_AGAIN_MS });
    expect([once.attemptId, once.task]).toEqual([undefined, undefined]);
    const thrice = after(after(once));
    expect(thrice).toMatchObject({ state: 'open', tries: 3, task: 'tried' });
    expect(2 * TRY_AGAIN_MS).toBe(PROMISE_DUE_MS);
  });

  test('as many, as far apart and as soon due as the plan says', () => {
    const rule = { ...USUAL_RING_BACK, tries: 2, againMs: 60_000, dueMs: 600_000 };
    const owed = stepPromise(null, SAMPLES['promise.owed'], NOW, rule).next!;
    expect(owed.dueAt).toBe(NOW + 600_000);
    const after = (before: PromiseSnapshot) =>
      stepPromise({ ...before, state: 'claimed', attemptId: 'attempt' }, ended({}), NOW, rule)
        .next!;
    const once = after(owed);
    expect([once.notBefore, once.task]).toEqual([NOW + 60_000, undefined]);
    expect(after(once)).toMatchObject({ tries: 2, task: 'tried' });
  });

  test('who rings again is there again: the tries begin anew, what his number is stays', () => {
    const tried: PromiseSnapshot = { ...open, tries: 3, task: 'tried' };
    const again = stepPromise(tried, SAMPLES['promise.owed'], NOW).next;
    expect([again?.tries, again?.task]).toEqual([undefined, undefined]);
    const foreign: PromiseSnapshot = { ...open, task: 'foreign' };
    expect(stepPromise(foreign, SAMPLES['promise.owed'], NOW).next?.task).toBe('foreign');
  });

  test('nobody was dialled: soon again, and no try', () => {
    const { next } = stepPromise(claimed, ended({ outcome: 'no-agent', counts: false }), NOW);
    expect(next).toMatchObject({ notBefore: NOW + SOON_AGAIN_MS });
    expect(next?.tries).toBeUndefined();
  });

  test('he rang himself: it is his call that counts', () => {
    const { next } = stepPromise(claimed, ended({ outcome: 'crossed', counts: false }), NOW);
    expect(next?.notBefore).toBe(open.notBefore);
  });
});

test('who settled it, and why, is kept and audited; done is kept in another way', () => {
  const { next, effects } = stepPromise(claimed, SAMPLES['promise.settled'], NOW);
  const said = { endedAt: NOW, endedBy: 'chen', endReason: 'bought elsewhere' };
  expect(next).toMatchObject({ state: 'withdrawn', ...said });
  expect(effects).toContainEqual({
    type: 'journal.write',
    record: { kind: 'audit.noted', who: 'chen', what: 'promise.withdrawn', subject: 'promise' },
  });
  const done = { ...SAMPLES['promise.settled'], as: 'done' as const };
  expect(stepPromise(open, done, NOW).next).toMatchObject({ state: 'kept', ...said });
  expect(stepPromise(open, done, open.dueAt + 1).next?.state).toBe('late');
});

test('a number is a task as long as the plan says so; who did not answer stays one', () => {
  expect(withTask(open, null)).toBeNull();
  const foreign = withTask(open, 'foreign')?.next;
  expect(foreign?.task).toBe('foreign');
  expect(withTask(foreign!, 'foreign')).toBeNull();
  expect(withTask(foreign!, null)?.next.task).toBeUndefined();
  expect(withTask({ ...open, task: 'tried' }, null)).toBeNull();
});

test('people and hotlines have promises of their own', () => {
  const keys = [promiseKey('400', '1'), promiseKey('400', '2'), promiseKey('401', '1')];
  expect(new Set(keys).size).toBe(3);
});
