import {
  transferDueAt,
  transferReason,
  transferredBefore,
} from '../../../../src/domain/lead/forced-transfer';
import { DEFAULT_LEAD_RULES as RULES, withSaid } from '../../../../src/domain/lead/rules';
import { seeded } from '../../../simulation/random';

const ZONE = 'Asia/Shanghai';
const inBeijing = (text: string): number => Date.parse(`${text}+08:00`);

test.each([
  ['2026-01-15T10:00:00', '2026-03-16T00:00:00'],
  ['2026-01-15T00:00:00', '2026-03-16T00:00:00'],
  ['2026-01-15T23:59:59.999', '2026-03-16T00:00:00'],
  ['2025-12-31T10:00:00', '2026-03-01T00:00:00'],
  ['2023-12-31T10:00:00', '2024-03-01T00:00:00'],
  ['2026-06-30T10:00:00', '2026-08-31T00:00:00'],
])('A32: who came on %s is the centre’s from %s on', (opened, due) => {
  const dueAt = inBeijing(due);
  expect(transferDueAt(inBeijing(opened), ZONE, RULES)).toBe(dueAt);
  const lead = { place: 'showroom', state: 'open', openedAt: inBeijing(opened) } as const;
  expect(transferReason(lead, { now: dueAt - 1, zone: ZONE }, RULES)).toBeNull();
  expect(transferReason(lead, { now: dueAt, zone: ZONE }, RULES)).toBe('two-months');
});

test('A32: the day is the one of the store’s zone, and the months are a setting', () => {
  const opened = Date.UTC(2026, 0, 15, 20);
  expect(transferDueAt(opened, ZONE, RULES)).toBe(inBeijing('2026-03-17T00:00:00'));
  expect(transferDueAt(opened, 'UTC', RULES)).toBe(Date.UTC(2026, 2, 16));
  const three = withSaid(RULES, { forcedTransferMonths: 3 });
  expect(transferDueAt(opened, 'UTC', three)).toBe(Date.UTC(2026, 3, 16));
});

test('A32: who came before that moment, and nobody else, is due by now', () => {
  const random = seeded(5);
  const day = 86_400_000;
  for (let round = 0; round < 400; round += 1) {
    const zone = random.pick(['Asia/Shanghai', 'Europe/Berlin', 'UTC'])!;
    const rules = withSaid(RULES, { forcedTransferMonths: 1 + random.below(4) });
    const now = Date.UTC(2024, 0, 1) + random.below(3 * 365 * 24) * 3_600_000;
    const before = transferredBefore(now, zone, rules);
    for (const opened of [before - 1, before, before - random.below(90) * day, now - 40 * day])
      expect(transferDueAt(opened, zone, rules) <= now).toBe(opened < before);
  }
});

test.each([
  ['A33: defeated in the showroom', 'showroom', 'defeated', 'defeated'],
  ['A33: lost in the showroom', 'showroom', 'lost-control', 'lost-control'],
  ['A33: defeated, and the centre’s already', 'centre', 'defeated', null],
  ['A32: of the centre', 'centre', 'open', null],
  ['A32: closed', 'showroom', 'won', null],
  ['A32: arrived, and not closed for two months', 'showroom', 'arrived', 'two-months'],
  ['A23: invalid', 'showroom', 'invalid', null],
] as const)('%s', (_what, place, state, reason) => {
  const lead = { place, state, openedAt: inBeijing('2025-06-01T09:00:00') };
  const at = { now: inBeijing('2026-03-02T09:00:00'), zone: ZONE };
  expect(transferReason(lead, at, RULES)).toBe(reason);
});

test('A33: a defeated lead does not wait for two months', () => {
  const now = inBeijing('2026-03-02T09:00:00');
  const lead = { place: 'showroom', state: 'defeated', openedAt: now - 1000 } as const;
  expect(transferReason(lead, { now, zone: ZONE }, RULES)).toBe('defeated');
});
