import {
  confirmed,
  isHeld,
  NO_CONFIRMATION,
  refusalOf,
  wantsConfirmation,
} from '../../../../src/domain/lead/confirmation';
import { LEAD_STATES } from '../../../../src/domain/lead/lead';
import { DEFAULT_LEAD_RULES, withSaid } from '../../../../src/domain/lead/rules';

const HOUR = 3_600_000;
const rules = DEFAULT_LEAD_RULES;
const OFF = withSaid(rules, { confirmation: { levels: [] } });

describe('A26: of the leads of HQ, those with high intent are to be confirmed', () => {
  test.each([
    ['high', null, true],
    ['high', 'C', true],
    [null, 'H', true],
    [null, 'A', true],
    [null, 'B', false],
    [null, null, false],
    ['intending', 'H', false],
    ['ordinary', 'H', false],
    ['junk', 'H', false],
  ] as const)('said to be %s, of level %s: %s', (prospect, level, wants) => {
    expect(wantsConfirmation({ source: 'hq', prospect, level }, rules)).toBe(wants);
    for (const source of ['inbound', 'web', 'showroom', 'walk-in', 'manual'])
      expect(wantsConfirmation({ source, prospect, level }, rules)).toBe(false);
    expect(wantsConfirmation({ source: 'hq', prospect, level }, OFF)).toBe(false);
  });

  test('the levels are a rule of the store, said as a whole', () => {
    const ofB = withSaid(rules, { confirmation: { levels: ['B'] } });
    const wants = (level: 'H' | 'B') =>
      wantsConfirmation({ source: 'hq', prospect: null, level }, ofB);
    expect([wants('H'), wants('B')]).toEqual([false, true]);
    expect(ofB.confirmation).toMatchObject({ tries: 3, retryHours: 4 });
  });
});

describe('X08, S18: what comes of the call', () => {
  const held = { ...NO_CONFIRMATION, nextAt: 5 };
  test.each([
    ['intending', 'open'],
    ['ordinary', 'open'],
    ['owner', 'archived'],
    ['junk', 'archived'],
    ['none', 'archived'],
  ] as const)('%s: it is %s, and nobody is to call to confirm it', (result, state) => {
    expect(confirmed(held, { result, by: 'song', at: 9 }, rules)).toEqual({
      ...{ prospect: result, state, isGivenUp: false },
      confirmation: { nextAt: null, tries: 0, firstAt: null, at: 9, by: 'song' },
    });
  });

  test('A26: who is not reached is called again after four hours, the last time two days after the first; then he goes on', () => {
    let now = held;
    const unreached = (at: number) => {
      const after = confirmed(now, { result: 'unreached', by: 'song', at }, rules);
      now = after.confirmation as typeof held;
      return after;
    };
    expect(unreached(HOUR)).toEqual({
      ...{ prospect: 'high', state: 'open', isGivenUp: false },
      confirmation: { nextAt: 5 * HOUR, tries: 1, firstAt: HOUR, at: null, by: null },
    });
    expect(unreached(5 * HOUR).confirmation).toMatchObject({ tries: 2, nextAt: 49 * HOUR });
    // Called before its time: that is one more, and the days are not over.
    expect(unreached(6 * HOUR).confirmation).toMatchObject({ tries: 3, nextAt: 49 * HOUR });
    expect(unreached(47 * HOUR).confirmation).toMatchObject({ tries: 4, nextAt: 51 * HOUR });
    expect(unreached(51 * HOUR)).toEqual({
      ...{ prospect: 'ordinary', state: 'open', isGivenUp: true },
      confirmation: { nextAt: null, tries: 5, firstAt: HOUR, at: 51 * HOUR, by: '' },
    });
  });

  test('A26: with one try and no days the first call that reaches nobody is the last', () => {
    const once = withSaid(rules, { confirmation: { tries: 1, overDays: 0 } });
    const said = { result: 'unreached', by: 'song', at: 9 } as const;
    expect(confirmed(held, said, once)).toMatchObject({ isGivenUp: true, prospect: 'ordinary' });
  });
});

test('A26: only a lead that is open is held, and only while nobody has said what came of it', () => {
  for (const state of LEAD_STATES) expect(isHeld({ state, nextAt: 1 })).toBe(state === 'open');
  expect(isHeld({ state: 'open', nextAt: null })).toBe(false);
});

describe('A26: a result may be said', () => {
  const lead = {
    ...{ state: 'open' as const, ownerId: null, prospect: 'high' },
    confirmation: { ...NO_CONFIRMATION, nextAt: 5 },
  };
  const done = { ...NO_CONFIRMATION, at: 5, by: 'song' };
  test.each([
    ['of one that is held', lead, null],
    ['of one that HQ has given an owner, and is held', { ...lead, ownerId: 'wang' }, null],
    ['of no other', { ...lead, confirmation: NO_CONFIRMATION }, 'LEAD_NOT_HELD'],
    ['again, while it is nobody’s', { ...lead, confirmation: done }, null],
    ['not again of who has it', { ...lead, ownerId: 'wang', confirmation: done }, 'LEAD_NOT_HELD'],
    [
      'again of one that it sent to the archive',
      { ...lead, state: 'archived' as const, prospect: 'owner', confirmation: done },
      null,
    ],
    [
      'not of one that somebody else has archived',
      { ...lead, state: 'archived' as const, prospect: 'intending', confirmation: done },
      'LEAD_NOT_HELD',
    ],
    ['not of one that was won', { ...lead, state: 'won' as const }, 'LEAD_NOT_HELD'],
  ])('%s', (_what, one, code) => expect(refusalOf(one)).toBe(code));
});
