import { checkPlan } from '../../../../src/domain/plan-check';

const stored = {
  realm: null,
  people: new Set<string>(),
  phones: new Set<string>(),
  accounts: new Set<string>(),
};

function check(hours: unknown) {
  const document = {
    stores: [{ id: 'bj01', name: 'one', hours: 'sales' }],
    queues: [{ id: 'sales', store: 'bj01' }],
    hotlines: [{ number: '400', store: 'bj01', queue: 'sales' }],
    hours: [hours],
  };
  const result = checkPlan(document, stored);
  return result.ok
    ? result.plan.hours?.[0]
    : result.problems.map(({ at, code }) => `${at} ${code}`).join();
}
const hours = (week: object, more: object = {}): unknown => ({ id: 'sales', week, ...more });

test.each([
  ['every day', { daily: '00:00-24:00' }, Array.from({ length: 7 }, () => [[0, 1440]])],
  [
    'a day with a break, and one of its own',
    { 'mon-fri': '09:00-12:00, 13:00-18:00', wed: '9:30-12:00', sun: '' },
    [
      ...[0, 1].map(() => [
        [540, 720],
        [780, 1080],
      ]),
      [[570, 720]],
      ...[0, 1].map(() => [
        [540, 720],
        [780, 1080],
      ]),
      ...[[], []],
    ],
  ],
])('a week: %s', (_name, week, expected) => {
  expect(check(hours(week))).toEqual({ id: 'sales', week: expected });
});

test('holidays, and days that are worked all the same', () => {
  const more = {
    holidays: ['2026-10-01/2026-10-07', '2026-12-25'],
    workdays: [{ day: '2026-10-10', open: '09:00-17:00' }],
  };
  expect(check(hours({}, more))).toMatchObject({
    holidays: [
      { from: '2026-10-01', to: '2026-10-07' },
      { from: '2026-12-25', to: '2026-12-25' },
    ],
    workdays: [{ day: '2026-10-10', open: [[540, 1020]] }],
  });
});

test.each([
  [hours({ monday: '09:00-18:00' }), 'hours[0].week.monday UNKNOWN_KEY'],
  [hours({ 'fri-mon': '09:00-18:00' }), 'hours[0].week.fri-mon UNKNOWN_KEY'],
  [hours({ mon: '18:00-09:00' }), 'hours[0].week.mon WRONG_VALUE'],
  [hours({ mon: '09:00-25:00' }), 'hours[0].week.mon WRONG_VALUE'],
  [hours({ mon: '09:00-12:00, 11:00-13:00' }), 'hours[0].week.mon WRONG_VALUE'],
  [hours({ mon: 9 }), 'hours[0].week.mon WRONG_VALUE'],
  [hours({}, { holidays: ['2026-02-30'] }), 'hours[0].holidays[0] WRONG_VALUE'],
  [hours({}, { holidays: ['2026-10-07/2026-10-01'] }), 'hours[0].holidays[0] WRONG_VALUE'],
  [
    hours({}, { workdays: [{ day: '2026-10-10', open: 'yes' }] }),
    'hours[0].workdays[0].open WRONG_VALUE',
  ],
  [{ ...(hours({}) as object), id: 'other' }, 'stores[0].hours UNKNOWN_REFERENCE'],
])('%j: %s', (wrong, fault) => {
  expect(check(wrong)).toBe(fault);
});
