import { changedState, LEAD_STATES, type LeadState } from '../../../../src/domain/lead/lead';

const NOW = 1_770_000_000_000;
const OPEN = {
  ...{ state: 'open' as LeadState, arrivedAt: null, closedAt: null },
  place: 'showroom' as const,
};
const to = (state: LeadState, reason: string | null = null, lead = OPEN as typeof OPEN | Over) =>
  changedState(lead, { state, reason }, NOW);
type Over = Omit<typeof OPEN, 'closedAt' | 'arrivedAt'> & {
  closedAt: number | null;
  arrivedAt: number | null;
};

test.each(['defeated', 'lost-control'] as const)(
  'A33: %s is refused without a reason, and comes to the centre with one',
  (state) => {
    for (const reason of [null, '', '  \n ']) expect(to(state, reason)).toBe('LEAD_NEEDS_REASON');
    expect(to(state, ' 买了别家 ')).toEqual({
      ...{ state, endReason: '买了别家', arrivedAt: null, closedAt: NOW, place: 'centre' },
    });
  },
);

test('every other state needs none, and is over or worked', () => {
  const others = LEAD_STATES.filter((state) => state !== 'defeated' && state !== 'lost-control');
  expect(others.map((state) => [state, to(state)])).toEqual(
    (
      [
        ['open', null, null],
        ['arrived', NOW, null],
        ['won', null, NOW],
        ['invalid', null, NOW],
        ['archived', null, NOW],
      ] as const
    ).map(([state, arrivedAt, closedAt]) => [
      state,
      { state, arrivedAt, closedAt, endReason: null, place: 'showroom' },
    ]),
  );
});

test('when it arrived and when it ended stay what they were, until it is worked again', () => {
  const over = { ...OPEN, state: 'won' as const, arrivedAt: 5, closedAt: 7 };
  expect(to('defeated', 'x', over)).toMatchObject({ arrivedAt: 5, closedAt: 7 });
  expect(to('open', 'x', over)).toMatchObject({ arrivedAt: 5, closedAt: null, endReason: null });
  expect(to('arrived', null, { ...over, state: 'open', closedAt: null })).toMatchObject({
    arrivedAt: 5,
  });
});
