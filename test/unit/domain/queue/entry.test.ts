import { BugError } from '../../../../src/domain/errors';
import {
  byPlace,
  entrySnapshot,
  joinQueue,
  stepEntry,
  type Entry,
} from '../../../../src/domain/queue/entry';
import { EVENTS, NOW, SAMPLES } from '../events';

const waiting = joinQueue({ ...SAMPLES['entry.joined'], joinedAt: 7 }).next;
const offered = stepEntry(waiting, SAMPLES['offer.made'], NOW).next;
const DAN = { offerId: 'dans', agentId: 'dan' };
const ended = stepEntry(waiting, SAMPLES['entry.left'], NOW).next;
const ENTRIES: Record<Entry['state'], Entry> = { waiting, offered, ended };

/** State -> event -> state afterwards; unnamed ones stay. */
const TABLE: Record<Entry['state'], Record<string, string>> = {
  waiting: {
    'offer.made': 'offered',
    'entry.left': 'ended',
    'talk.started': 'BugError',
    'talk.started (foreign)': 'BugError',
  },
  offered: {
    'offer.made': 'BugError',
    'offer.ended': 'waiting',
    'talk.started': 'ended',
    'talk.started (foreign)': 'ended',
    'entry.left': 'ended',
  },
  ended: { 'offer.made': 'BugError' },
};

const PAIRS = (Object.keys(ENTRIES) as Entry['state'][]).flatMap((state) =>
  Object.keys(EVENTS).map((event) => [state, event, TABLE[state][event] ?? state] as const),
);

test.each(PAIRS)('%s + %s -> %s', (state, event, expected) => {
  const step = () => stepEntry(ENTRIES[state], EVENTS[event]!, NOW);
  if (expected === 'BugError') expect(step).toThrow(BugError);
  else expect(step().next.state).toBe(expected);
  const learns = event === 'caller.known' && state !== 'ended';
  if (state === expected && !learns) expect(step().next).toBe(ENTRIES[state]);
});

test('an entry keeps its place when an agent does not answer', () => {
  const back = stepEntry(offered, SAMPLES['offer.ended'], NOW).next;
  expect(back).toEqual(waiting);
});

test('offered to several, it waits again when the last of them has let it pass', () => {
  const { next: both } = stepEntry(offered, { ...SAMPLES['offer.made'], ...DAN }, NOW);
  expect(both).toMatchObject({ offers: ['offer', 'dans'], asked: ['bob', 'dan'] });
  const { next: one } = stepEntry(both, SAMPLES['offer.ended'], NOW);
  expect(one).toMatchObject({ state: 'offered', offers: ['dans'], asked: ['bob', 'dan'] });
  expect(() => stepEntry(one, { ...SAMPLES['offer.made'], offerId: 'again' }, NOW)).toThrow(
    BugError,
  );
  expect(stepEntry(one, { ...SAMPLES['offer.ended'], ...DAN }, NOW).next).toEqual(waiting);
});

test('joining and ending are written down, offers are not', () => {
  const kinds = [
    joinQueue(SAMPLES['entry.joined']),
    stepEntry(waiting, SAMPLES['offer.made'], NOW),
    stepEntry(offered, SAMPLES['talk.started'], NOW),
  ].map(({ effects }) => effects.length);
  expect(kinds).toEqual([1, 0, 1]);
  expect(entrySnapshot(ended)).toMatchObject({
    joinedAt: 7,
    endedAt: NOW,
    outcome: 'abandoned',
  });
});

test('places go by time, and by id within one instant', () => {
  const at = (id: string, place: number): Entry => ({ ...waiting, id, place });
  const sorted = [at('c', 2), at('b', 1), at('a', 2)].sort(byPlace).map(({ id }) => id);
  expect(sorted).toEqual(['b', 'a', 'c']);
});

test('a head start is taken off the place, not off the time of waiting', () => {
  const caller = { level: 'H' as const };
  const { next } = joinQueue({ ...SAMPLES['entry.joined'], joinedAt: 7, caller }, { headStart: 5 });
  expect([next.place, entrySnapshot(next).joinedAt]).toEqual([2, 7]);
});

test('who is told late has it in whatever state he waits; his owner is asked once', () => {
  const told = stepEntry(waiting, SAMPLES['caller.known'], NOW).next;
  expect(told).toEqual({ ...waiting, owner: 'dan', place: 7 - 1000 });
  const { next: rung } = stepEntry(told, { ...SAMPLES['offer.made'], ...DAN }, NOW);
  const { next: both } = stepEntry(rung, SAMPLES['offer.made'], NOW);
  const { next: passed } = stepEntry(both, { ...SAMPLES['offer.ended'], ...DAN }, NOW);
  expect([rung, passed].map(({ owner }) => owner)).toEqual(['dan', undefined]);
  expect(stepEntry(passed, SAMPLES['offer.ended'], NOW).next).toEqual({ ...waiting, place: -993 });
});
