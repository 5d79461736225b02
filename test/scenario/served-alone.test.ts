import type { CallerServed } from '../../src/domain/events';
import { ALICE, CAROL, startCentre, type TestCentre } from '../support/centre/centre';
import { MORNING } from '../support/centre/clock';

/** The edge served a caller while nobody was here; now it tells of him. */

function told(centre: TestCentre, more: Partial<CallerServed> = {}): void {
  centre.submit({
    type: 'caller.served',
    at: centre.now(),
    callId: 'from-the-edge',
    ids: { leadId: centre.id(), promiseId: centre.id() },
    hotline: '400',
    trunkId: 'carrier',
    from: ALICE,
    arrivedAt: MORNING - 60_000,
    answeredAt: MORNING - 40_000,
    endedAt: MORNING - 34_000,
    result: 'promised',
    lookup: { result: 'none' },
    ...more,
  });
}

const saved = (centre: TestCentre) => centre.journal.of('call.saved').map(({ call }) => call);

test('he is one closed call of the ledger, a lead, and a promise', () => {
  const centre = startCentre();
  told(centre);
  expect(saved(centre)).toEqual([
    expect.objectContaining({
      id: 'from-the-edge',
      state: 'closed',
      outcome: 'promise',
      endCause: 'announced',
      from: ALICE,
      arrivedAt: MORNING - 60_000,
      answeredAt: MORNING - 40_000,
      endedAt: MORNING - 34_000,
    }),
  ]);
  expect(centre.journal.of('lead.opened')).toHaveLength(1);
  expect(centre.engine.promises()).toMatchObject([{ number: ALICE, state: 'open' }]);
  expect(centre.engine.calls()).toEqual([]);
  expect(centre.bugs).toEqual([]);
});

test('told twice he is one call and one promise all the same', () => {
  const centre = startCentre();
  told(centre);
  told(centre);
  expect(new Set(saved(centre).map(({ id }) => id)).size).toBe(1);
  expect(centre.engine.promises()).toHaveLength(1);
});

test('who gave up before has left, and is called back', () => {
  const centre = startCentre();
  told(centre, { answeredAt: null, result: 'left' });
  expect(saved(centre)).toMatchObject([{ outcome: 'left', endCause: 'hangup' }]);
  expect(centre.engine.promises()).toMatchObject([{ number: ALICE, reason: 'abandoned' }]);
});

test('who was refused for want of a stream is called back; whom his offer kept out is not', () => {
  const centre = startCentre();
  const refused = { answeredAt: null, result: 'over-capacity' } as const;
  told(centre, refused);
  expect(saved(centre)).toMatchObject([{ outcome: 'over-capacity', endCause: 'over-capacity' }]);
  expect(centre.engine.promises()).toMatchObject([{ number: ALICE, reason: 'over-capacity' }]);
  told(centre, { ...refused, callId: 'deaf', from: CAROL, result: 'no-media' });
  expect(saved(centre).at(-1)).toMatchObject({ outcome: 'refused', endCause: 'no-media' });
  expect(centre.engine.promises()).toHaveLength(1);
  expect(centre.journal.of('lead.opened')).toHaveLength(1);
});

test('a call that was known when the edge refused it counts as that, and is owed a call', () => {
  const centre = startCentre({ autoReady: ['bob'] });
  const alice = centre.call();
  alice.hangsUp('over-capacity');
  expect(alice.record).toMatchObject({ outcome: 'over-capacity', endCause: 'over-capacity' });
  expect(centre.engine.promises()).toMatchObject([{ reason: 'over-capacity' }]);
});

test('without a number he is counted and nobody is owed anything', () => {
  const centre = startCentre();
  told(centre, { from: '', result: 'no-number' });
  expect(saved(centre)).toMatchObject([{ outcome: 'no-number' }]);
  expect(centre.engine.promises()).toEqual([]);
  expect(centre.journal.of('lead.opened')).toEqual([]);
});

test('of a hotline that has left the plan he is counted all the same', () => {
  const centre = startCentre();
  told(centre, { hotline: '999' });
  expect(saved(centre)).toMatchObject([{ outcome: 'promise', storeId: null, hotline: '999' }]);
  expect(centre.engine.promises()).toEqual([]);
});

test('A19: of whom nobody could say who he is his record says whom to find; of one who is owed nothing it does not', () => {
  const centre = startCentre();
  const lookup = { result: 'unavailable' } as const;
  const ids = { leadId: 'lead-9', promiseId: 'promise-9' };
  told(centre, { lookup, ids });
  const last = () => centre.journal.of('call.saved').at(-1);
  expect(last()?.unknown).toEqual({ number: ALICE, leadId: 'lead-9' });
  told(centre, { lookup, callId: 'deaf', from: CAROL, answeredAt: null, result: 'no-media' });
  expect(last()).not.toHaveProperty('unknown');
});
