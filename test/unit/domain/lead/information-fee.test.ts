import { feeOf, monthTask, TRANSFER_WAYS } from '../../../../src/domain/lead/information-fee';
import { DEFAULT_LEAD_RULES, withSaid } from '../../../../src/domain/lead/rules';

const RULES = withSaid(DEFAULT_LEAD_RULES, { informationFee: 20_000, transfersAMonth: 3 });

test('A34: the source of a transferred lead has a fee only when it closes', () => {
  for (const way of TRANSFER_WAYS) {
    expect(feeOf({ way, isWon: true }, RULES)).toBe(20_000);
    expect(feeOf({ way, isWon: false }, RULES)).toBeNull();
  }
  expect(feeOf({ way: null, isWon: true }, RULES)).toBeNull();
  // Without an amount in the plan it is an entry all the same: somebody decides what it is worth.
  expect(feeOf({ way: 'forced', isWon: true }, DEFAULT_LEAD_RULES)).toBe(0);
});

test.each([
  [0, 'not-completed', false],
  [2, 'not-completed', false],
  [3, 'completed', true],
  [4, 'completed', true],
])('A35, Q20: %i transfers of three: %s, commission %s', (transferred, state, hasCommission) => {
  expect(monthTask(transferred, RULES)).toEqual({ task: 3, transferred, state, hasCommission });
});

test('A35: who transfers nothing has no commission, unless the plan asks for none', () => {
  expect(monthTask(0, DEFAULT_LEAD_RULES).hasCommission).toBe(false);
  expect(monthTask(1, DEFAULT_LEAD_RULES).hasCommission).toBe(true);
  const none = withSaid(DEFAULT_LEAD_RULES, { transfersAMonth: 0 });
  expect(monthTask(0, none)).toMatchObject({ state: 'completed', hasCommission: true });
});
