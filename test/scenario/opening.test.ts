import type { PlanHours } from '../../src/domain/plan';
import { startCentre, YOUR_NUMBER } from '../support/centre/centre';
import { appFalls, appReturns } from '../support/centre/fall';
import { MORNING } from '../support/centre/clock';

const MINUTE = 60_000;
/** The morning of these stories is a Sunday, 9:00 in Beijing. */
const MONDAY_NINE = MORNING + 24 * 60 * MINUTE;
const WEEKDAYS: PlanHours = {
  id: 'sales',
  week: [...Array.from({ length: 5 }, () => [[540, 1080]] as const), [], []],
};
const closedOn = { hours: [WEEKDAYS], hotline: { hours: 'sales' } };

describe('after hours (Q13)', () => {
  test('a caller is answered, told, and promised a call for when it opens; nobody is rung', () => {
    const centre = startCentre({ ...closedOn, agents: ['bob'] });
    centre.agent('bob').atWork();
    const alice = centre.call();
    expect(alice.hears).toBe(`closed+opens tomorrow-09:00+${YOUR_NUMBER}`);
    alice.listensOn();
    expect(alice.record).toMatchObject({
      outcome: 'promise',
      endCause: 'announced',
      offeredAt: null,
    });
    expect(centre.engine.promises()).toMatchObject([
      { reason: 'closed', dueAt: MONDAY_NINE + 30 * MINUTE },
    ]);
    expect(centre.telephony.dials).toEqual([]);
    expect(centre.journal.of('entry.saved')).toEqual([]);
    expect(centre.leftovers()).toEqual({ legs: [], recordings: [], calls: [], timers: [] });
  });

  test('who cannot even be told is promised the same', () => {
    const centre = startCentre(closedOn);
    expect(centre.call({ unusable: 'over-capacity' }).hears).toBe('gone: over-capacity');
    expect(centre.engine.promises()).toMatchObject([
      { reason: 'over-capacity', dueAt: MONDAY_NINE + 30 * MINUTE },
    ]);
  });

  test('on a holiday he is told that it is one', () => {
    const hours = { ...WEEKDAYS, holidays: [{ from: '2026-03-01', to: '2026-03-02' }] };
    const centre = startCentre({ hours: [hours], hotline: { hours: 'sales' } });
    expect(centre.call().hears).toBe(`holiday+opens tue-09:00+${YOUR_NUMBER}`);
  });

  test('a caller who gives no number is told to call again', () => {
    const alice = startCentre(closedOn).call({ from: '' });
    expect(alice.hears).toBe('closed+opens tomorrow-09:00+number-ask');
    alice.listensOn();
    expect(alice.heard).toContain('no-number+message-offer');
    expect(alice.record.outcome).toBe('no-number');
  });

  test('closing time ends no call that waits', () => {
    const untilNine: PlanHours = { id: 'sales', week: Array.from({ length: 7 }, () => [[0, 550]]) };
    const centre = startCentre({
      hours: [untilNine],
      hotline: { hours: 'sales' },
      agents: ['bob'],
    });
    const bob = centre.agent('bob').atWork();
    const talking = centre.call();
    bob.receivesOffer().picksUp();
    const alice = centre.call({ from: '+8613800000003' });
    centre.clock.advance(30 * MINUTE);
    expect([talking.hears, alice.state]).toEqual(['bob', 'queued']);
    expect(centre.call({ from: '+8613800000004' }).hears).toContain(
      'closed+opens tomorrow-00:00+number',
    );
  });
});

describe('closed by command', () => {
  test('the next caller is promised a call; who waits goes on waiting; opened, callers are taken', () => {
    const centre = startCentre({ agents: ['bob'] });
    const bob = centre.agent('bob').atWork();
    const talking = centre.call();
    bob.receivesOffer().picksUp();
    const waiting = centre.call({ from: '+8613800000003' });
    expect(centre.engine.orders.orderHotline('chen', '400', { until: null })).toBeNull();
    expect([talking.state, waiting.state]).toEqual(['talking', 'queued']);
    const alice = centre.call({ from: '+8613800000004' });
    expect(alice.hears).toContain('no-agents+number');
    expect(centre.engine.hotlines()).toMatchObject([
      { number: '400', open: false, why: 'closure', opensAt: null, closure: { by: 'chen' } },
    ]);
    expect(centre.engine.orders.orderHotline('chen', '400', null)).toBeNull();
    expect(centre.engine.hotlines()).toMatchObject([{ open: true, closure: null }]);
    expect(centre.call({ from: '+8613800000005' }).state).toBe('queued');
    const audited = centre.journal.of('audit.noted').map(({ who, what }) => `${who} ${what}`);
    expect(audited).toEqual(['chen hotline.closed', 'chen hotline.opened']);
  });

  test('until a moment: then its hours count again', () => {
    const centre = startCentre({ agents: ['bob'] });
    centre.agent('bob').atWork();
    const until = MORNING + 10 * MINUTE;
    expect(centre.engine.orders.orderHotline('chen', '400', { until })).toBeNull();
    expect(centre.call().hears).toBe(`no-agents+opens today-09:10+${YOUR_NUMBER}`);
    expect(centre.engine.promises()).toMatchObject([{ dueAt: until + 30 * MINUTE }]);
    centre.clock.advance(10 * MINUTE);
    expect(centre.engine.hotlines()).toMatchObject([{ open: true, why: null }]);
  });

  test('a restart of the app opens nothing', () => {
    const centre = startCentre();
    centre.engine.orders.orderHotline('chen', '400', { until: null });
    appFalls(centre);
    appReturns(centre);
    expect(centre.engine.hotlines()).toMatchObject([{ open: false, why: 'closure' }]);
  });

  test.each([
    ['4000', { until: null }, 'NO_SUCH_HOTLINE'],
    ['400', { until: MORNING }, 'PAST_MOMENT'],
  ])('%s until %j is refused: %s', (number, closure, refusal) => {
    const centre = startCentre();
    expect(centre.engine.orders.orderHotline('chen', number, closure)).toBe(refusal);
    expect(centre.journal.of('hotline.saved')).toEqual([]);
  });
});

describe('a message by command', () => {
  const MESSAGE = { prompt: 'message-400', until: MORNING + 10 * MINUTE };

  test('is heard before the greeting, until its moment; whom an agent picks up at once does not hear it', () => {
    const centre = startCentre({ agents: ['bob'] });
    const bob = centre.agent('bob').atWork();
    expect(centre.engine.orders.tellCallers('chen', '400', MESSAGE)).toBeNull();
    const alice = centre.call();
    bob.receivesOffer().picksUp();
    expect(alice.heard).toEqual(['recording-notice']);
    const waiting = centre.call({ from: '+8613800000003' });
    expect(waiting.hears).toBe('message message-400+greeting+recording-notice+all-busy');
    expect(centre.engine.hotlines()).toMatchObject([
      { open: true, message: { ...MESSAGE, by: 'chen', since: MORNING } },
    ]);
    centre.clock.advance(10 * MINUTE);
    expect(centre.call({ from: '+8613800000004' }).hears).toMatch(/^greeting/);
    expect(centre.engine.hotlines()).toMatchObject([{ message: null }]);
  });

  test('is heard in a menu and where it is closed, outlives closing and opening, and is ended', () => {
    const centre = startCentre({ autoReady: ['bob'], hotline: { menu: { complaint: 'sales' } } });
    const { orders } = centre.engine;
    orders.tellCallers('chen', '400', { ...MESSAGE, until: null });
    expect(centre.call().hears).toMatch(/^message message-400\+greeting/);
    orders.orderHotline('chen', '400', { until: null });
    expect(centre.call({ from: '+8613800000003' }).hears).toMatch(
      /^message message-400\+no-agents/,
    );
    orders.orderHotline('chen', '400', null);
    orders.tellCallers('chen', '400', null);
    expect(centre.call({ from: '+8613800000004' }).hears).toMatch(/^greeting/);
    const audited = centre.journal.of('audit.noted').map(({ what }) => what);
    expect(audited).toEqual([
      ...['hotline.message-set', 'hotline.closed', 'hotline.opened', 'hotline.message-ended'],
    ]);
  });

  test('a restart of the app ends nothing', () => {
    const centre = startCentre({ agents: ['bob'] });
    centre.engine.signIn('bob');
    centre.engine.orders.tellCallers('chen', '400', MESSAGE);
    appFalls(centre);
    appReturns(centre);
    expect(centre.call().hears).toMatch(/^message message-400/);
  });

  test.each([
    ['4000', { prompt: 'closed', until: null }, 'NO_SUCH_HOTLINE'],
    ['400', { prompt: 'closed', until: MORNING }, 'PAST_MOMENT'],
  ])('%s %j is refused: %s', (number, message, refusal) => {
    expect(startCentre().engine.orders.tellCallers('chen', number, message)).toBe(refusal);
  });
});
