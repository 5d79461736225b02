import type { LeadLevel } from '../../../../src/domain/queue/place';
import {
  dueAtOf,
  firstDueAt,
  nextDueAt,
  suggestedLevel,
} from '../../../../src/domain/lead/level-clock';
import { DEFAULT_LEAD_RULES, withSaid } from '../../../../src/domain/lead/rules';

const ZONE = 'Asia/Shanghai';
const inBeijing = (text: string): number => Date.parse(`${text}+08:00`);

test.each([
  ['in the morning', '2026-03-02T09:00:00', '2026-03-02T23:59:59.999'],
  ['in the first moment of a day', '2026-03-02T00:00:00.000', '2026-03-02T23:59:59.999'],
  ['in the last', '2026-03-02T23:59:59.999', '2026-03-02T23:59:59.999'],
])('A05, Q01: a lead that comes %s is due the same day', (_when, at, due) => {
  expect(firstDueAt(inBeijing(at), ZONE, DEFAULT_LEAD_RULES)).toBe(inBeijing(due));
});

test.each<[LeadLevel | null, string]>([
  ['H', '2026-03-03'],
  ['A', '2026-03-05'],
  ['B', '2026-03-09'],
  ['C', '2026-03-17'],
  [null, '2026-03-17'],
])('Q01: level %s is due again until the end of %s', (level, day) => {
  const at = inBeijing('2026-03-02T21:30:00');
  expect(nextDueAt(at, level, ZONE, DEFAULT_LEAD_RULES)).toBe(inBeijing(`${day}T23:59:59.999`));
});

test('days are those of the zone, also where one has 23 hours', () => {
  const at = Date.parse('2026-03-28T20:00:00+01:00');
  const due = nextDueAt(at, 'H', 'Europe/Berlin', DEFAULT_LEAD_RULES);
  expect(due).toBe(Date.parse('2026-03-29T23:59:59.999+02:00'));
});

test('the clocks are settings', () => {
  const rules = withSaid(DEFAULT_LEAD_RULES, {
    firstFollowUpDays: 2,
    levels: { C: { followUpDays: 30 } },
  });
  const at = inBeijing('2026-03-02T09:00:00');
  expect(firstDueAt(at, ZONE, rules)).toBe(inBeijing('2026-03-04T23:59:59.999'));
  expect(nextDueAt(at, 'C', ZONE, rules)).toBe(inBeijing('2026-04-01T23:59:59.999'));
});

test.each([
  ['2026-02-01', 'H'],
  ['2026-03-09', 'H'],
  ['2026-03-10', 'A'],
  ['2026-03-17', 'A'],
  ['2026-03-18', 'B'],
  ['2026-04-01', 'B'],
  ['2026-04-02', 'C'],
  ['2026-05-31', 'C'],
  ['2026-06-01', null],
  ['no day', null],
  [null, null],
])('Q01: who means to buy on %s is of level %s', (intended, level) => {
  const at = { now: inBeijing('2026-03-02T09:00:00'), zone: ZONE };
  expect(suggestedLevel(intended, at, DEFAULT_LEAD_RULES)).toBe(level);
});

describe('when a lead has to be contacted', () => {
  const CAME = inBeijing('2026-03-02T09:00:00');
  const due = (parts: Partial<Parameters<typeof dueAtOf>[0]>) =>
    dueAtOf(
      {
        ...{ level: 'A', nextDueAt: null, openedAt: CAME, openedByCall: false },
        ...{ lastContactAt: null, firstDoneAt: null, ...parts },
      },
      ZONE,
      DEFAULT_LEAD_RULES,
    );
  const first = inBeijing('2026-03-02T23:59:59.999');
  const third = inBeijing('2026-03-05T23:59:59.999');

  test('A05: on the day on which he came, until he was contacted', () => {
    expect(due({})).toBe(first);
    expect(due({ lastContactAt: CAME + 60_000 })).toBe(third);
  });

  test('A05: the call by which he came is no follow-up of it; what somebody did then, or a later talk, is', () => {
    const openedByCall = true;
    expect(due({ openedByCall, lastContactAt: CAME + 5000 })).toBe(first);
    expect(due({ openedByCall, firstDoneAt: CAME + 5000 })).toBe(third);
    const later = inBeijing('2026-03-04T10:00:00');
    expect(due({ openedByCall, lastContactAt: later })).toBe(inBeijing('2026-03-07T23:59:59.999'));
  });

  test('what somebody said goes before', () => {
    expect(due({ nextDueAt: CAME + 7, lastContactAt: CAME + 60_000 })).toBe(CAME + 7);
  });
});
