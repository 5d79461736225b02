import { ALICE, CAROL, startCentre } from '../support/centre/centre';
import { appFalls, appReturns } from '../support/centre/fall';
import { MORNING } from '../support/centre/clock';

const MINUTE = 60_000;
const block = { number: '13800000001', reason: 'nuisance', until: null };

test('a blocked caller is declined at once and counts as that; everybody else is taken', () => {
  const centre = startCentre({ agents: ['bob'] });
  const bob = centre.agent('bob').atWork();
  const made = centre.engine.orders.block('chen', 'bj01', block);
  expect(made).toMatchObject({ number: ALICE, by: 'chen', since: MORNING, until: null });
  const alice = centre.call();
  expect(alice.hears).toBe('gone: blocked');
  expect(alice.record).toMatchObject({ outcome: 'blocked', endCause: 'blocked', storeId: 'bj01' });
  expect(centre.engine.promises()).toEqual([]);
  expect(centre.journal.of('lead.opened')).toEqual([]);
  const carol = centre.call({ from: CAROL });
  bob.receivesOffer().picksUp();
  expect(carol.state).toBe('talking');
});

test('until its moment, or until it is lifted; a restart lifts nothing', () => {
  const centre = startCentre({ agents: ['bob'] });
  centre.agent('bob').atWork();
  const until = MORNING + 10 * MINUTE;
  centre.engine.orders.block('chen', 'bj01', { ...block, until });
  appFalls(centre);
  appReturns(centre);
  expect(centre.call().hears).toBe('gone: blocked');
  centre.clock.advance(10 * MINUTE);
  expect(centre.engine.orders.blocks('bj01')).toEqual([]);
  expect(centre.call().state).not.toBe('closed');

  centre.engine.orders.block('chen', 'bj01', { ...block, number: CAROL });
  expect(centre.engine.orders.unblock('zhao', 'bj01', CAROL)).toBeNull();
  expect(centre.call({ from: CAROL }).state).not.toBe('closed');
  const audited = centre.journal.of('audit.noted').map(({ who, what }) => `${who} ${what}`);
  expect(audited).toEqual(['chen caller.blocked', 'chen caller.blocked', 'zhao caller.unblocked']);
});

test('another store takes him, and a withheld number is nobody', () => {
  const centre = startCentre({ agents: ['bob'] });
  centre.agent('bob').atWork();
  centre.engine.orders.block('zhou', 'sh01', block);
  expect(centre.call().state).not.toBe('closed');
  expect(centre.call({ from: '' }).state).not.toBe('closed');
});

test.each([
  [{ ...block, number: 'anonymous' }, 'NOT_A_NUMBER'],
  [{ ...block, number: '110' }, 'NEVER_BLOCKED'],
  [{ ...block, until: MORNING }, 'PAST_MOMENT'],
])('%j is refused: %s', (asked, refusal) => {
  const centre = startCentre();
  expect(centre.engine.orders.block('chen', 'bj01', asked)).toBe(refusal);
  expect(centre.journal.of('block.saved')).toEqual([]);
});

test('lifting what is not blocked is refused', () => {
  expect(startCentre().engine.orders.unblock('chen', 'bj01', ALICE)).toBe('NOT_BLOCKED_CALLER');
});
