import {
  hasPlace,
  isCrowded,
  placesOf,
  type PlacesTaken,
  type StreamPurpose,
} from '../../../../sip/media/stream-places';

test.each([
  // streams, callers, talks, announcements, help, crowded
  [1, 1, 1, 0, 0, 1],
  [2, 1, 2, 0, 0, 1],
  [3, 2, 3, 0, 0, 2],
  [4, 2, 3, 1, 0, 3],
  [10, 8, 9, 1, 0, 7],
  [40, 33, 34, 4, 2, 30],
  [200, 170, 176, 20, 4, 150],
  [2000, 1700, 1790, 200, 10, 1500],
])(
  'of %i streams callers have %i, talks %i',
  (all, callers, talks, announcements, help, crowded) => {
    expect(placesOf(all)).toEqual({ all, callers, talks, announcements, help, crowded });
  },
);

test('however few they are, from two on they take a caller, and an agent for him', () => {
  const wrong = Array.from({ length: 300 }, (_, n) => n + 2).filter((all) => {
    const { callers, talks, announcements, help } = placesOf(all);
    const whole = talks + announcements + help === all;
    return !whole || callers < 1 || talks <= callers || callers > all * 0.85;
  });
  expect(wrong).toEqual([]);
});

const none: PlacesTaken = { talks: 0, announcements: 0, help: 0 };
/** Of ten: eight for callers, nine for talks, one for announcements. */
test.each<[string, number, Partial<PlacesTaken>, StreamPurpose[]]>([
  ['nothing in use', 10, {}, ['caller', 'talk', 'announcement', 'help']],
  ['one less than callers may have', 10, { talks: 7 }, ['caller', 'talk', 'announcement', 'help']],
  ['as many as callers may have', 10, { talks: 8 }, ['talk', 'announcement', 'help']],
  ['as many as talks may have', 10, { talks: 9 }, ['announcement', 'help']],
  ['an announcement beside them', 10, { talks: 8, announcements: 1 }, ['talk', 'help']],
  ['all in use', 10, { talks: 9, announcements: 1 }, []],
  ['announcements beyond what is kept', 10, { talks: 5, announcements: 4 }, ['talk', 'help']],
  ['help in the place of an announcement', 10, { talks: 9, help: 1 }, []],
  ['the only one in use', 1, { talks: 1 }, []],
  ['one of two in use', 2, { talks: 1 }, ['talk', 'help']],
  ['what is kept for help', 200, { talks: 176, announcements: 20 }, ['help']],
  ['help where it belongs', 200, { talks: 170, help: 4 }, ['talk', 'announcement', 'help']],
  ['help beyond', 200, { talks: 170, help: 10 }, ['announcement', 'help']],
])('%s', (_what, all, taken, who) => {
  const places = placesOf(all);
  const asked: StreamPurpose[] = ['caller', 'talk', 'announcement', 'help'];
  expect(asked.filter((one) => hasPlace(places, { ...none, ...taken }, one))).toEqual(who);
});

test('it is crowded before callers are kept waiting', () => {
  const places = placesOf(200);
  expect(isCrowded(places, { ...none, talks: 149 })).toBe(false);
  expect(isCrowded(places, { talks: 140, announcements: 8, help: 2 })).toBe(true);
});
