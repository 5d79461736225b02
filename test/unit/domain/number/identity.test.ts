import { mayConfirm, numberIdentity } from '../../../../src/domain/number/identity';
import { PLAN } from '../../../support/two-stores';

test('whom a number identifies is said by the plan as it is now', () => {
  let plan = PLAN;
  const identifies = numberIdentity(() => plan);
  expect(identifies('+861082345678', 0)).toBe('when-confirmed');
  plan = { ...PLAN, numbers: { switchboards: ['010-82345678'] } };
  expect(identifies('+861082345678', 0)).toBe('no');
  expect(identifies('+861082345678;ext=801', 0)).toBe('no');
  expect(identifies('+8613800138000', 0)).toBe('yes');
  expect(identifies('alice', 0)).toBe('when-confirmed');
});

test("a privacy number is nobody's, before and after its last day", () => {
  const until = '2026-03-02';
  const privacy = [{ from: '+8617000000000', to: '+8617000000099', until }];
  const identifies = numberIdentity(() => ({ ...PLAN, numbers: { privacy } }));
  const expiry = Date.UTC(2026, 2, 2, 16);
  for (const at of [expiry - 1, expiry]) expect(identifies('+8617000000042', at)).toBe('no');
  expect(identifies('+8617000000100', expiry)).toBe('yes');
});

test.each([
  ['a fixed number', 'when-confirmed', null, null],
  ['… that was confirmed of him before', 'when-confirmed', 'lead-1', null],
  ["… that is another person's", 'when-confirmed', 'lead-2', 'NUMBER_OF_ANOTHER'],
  ['a mobile number', 'yes', null, 'NUMBER_IDENTIFIES'],
  ['a switchboard or privacy number', 'no', null, 'NUMBER_OF_NOBODY'],
] as const)('%s: may be confirmed?', (_what, identifies, holder, refusal) => {
  expect(mayConfirm(identifies, 'lead-1', holder)).toBe(refusal);
});
