import { numberBook } from '../../../../src/domain/number/book';
import { waysBack } from '../../../../src/domain/promise/dialable';
import type { Plan } from '../../../../src/domain/plan';
import { planWith } from '../../../support/centre/plan';

const NOW = Date.UTC(2026, 2, 1);
const PLAN: Plan = planWith({
  hotline: { number: '4008001234' },
  numbers: {
    privacy: [{ from: '17000000000', to: '17000009999', until: '2026-12-31' }],
    switchboards: ['01088880000'],
  },
});

const ways = (number: string, plan = PLAN) =>
  waysBack({ number, storeId: 'bj01' }, { plan, book: numberBook(plan), at: NOW });

test.each([
  ['a mobile', '+8613800000001'],
  ['of a virtual operator', '+8617012345678'],
  ['a fixed line', '+861065550000'],
  ['a switchboard', '+861088880000'],
])('%s is called back', (_, number) => expect(ways(number)).toEqual(['carrier']));

test.each([
  ['own', '+864008001234'],
  ['short', '95588'],
  ['short', '110'],
  ['short', '+864006000000'],
  ['premium', '16812345'],
  ['foreign', '+12025550123'],
  ['foreign', '008613800000001'.replace('0086', '0044')],
  ['undialable', 'anonymous'],
  ['undialable', '8001'],
  ['undialable', ''],
  ['undialable', '+861065550000;ext=12'],
])('%s: a person has to see to %s', (task, number) => expect(ways(number)).toBe(task));

test('without a trunk that sends calls a person has to see to it', () => {
  const trunks = PLAN.trunks.map(({ to: _to, ...trunk }) => trunk);
  expect(ways('+8613800000001', { ...PLAN, trunks })).toBe('no-trunk');
});
