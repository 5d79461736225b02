import { sharedNumbers } from '../../../../src/domain/number/shared';
import { PLAN } from '../../../support/two-stores';

test('a number is shared by the plan as it is now', () => {
  let plan = PLAN;
  const isShared = sharedNumbers(() => plan);
  expect(isShared('+861082345678', 0)).toBe(false);
  plan = { ...PLAN, numbers: { switchboards: ['010-82345678'] } };
  expect(isShared('+861082345678', 0)).toBe(true);
  expect(isShared('+861082345678;ext=801', 0)).toBe(true);
  expect(isShared('+8613800138000', 0)).toBe(false);
  expect(isShared('alice', 0)).toBe(false);
});
