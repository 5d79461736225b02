import { numberFacts, numberFactsBy } from '../../../../src/domain/customer/number';
import { endOfDay, CHINA_MS } from '../../../../src/domain/day';
import { numberBook } from '../../../../src/domain/number/book';
import { NOW, PLAN } from '../../../support/two-stores';

/** By which numbers somebody is known (Q06). */
const NUMBERS = {
  switchboards: ['+861088888888'],
  privacy: [{ from: '+8617000000000', to: '+8617000009999', until: '2026-06-30' }],
};
const plan = { ...PLAN, numbers: NUMBERS };
const facts = (number: string, isConfirmed = false) =>
  numberFacts(number, numberBook(plan), NOW, isConfirmed);

test('Q06: a mobile number identifies, a fixed one when it is confirmed', () => {
  const mobile = { number: '+8613800138000', kind: 'mobile', identifies: true, expiresAt: null };
  expect(facts('+8613800138000')).toEqual(mobile);
  expect(facts('+861082345678')).toMatchObject({ kind: 'fixed', identifies: false });
  expect(facts('+861082345678', true)).toMatchObject({ kind: 'fixed', identifies: true });
});

test('Q06: a switchboard and a privacy number never do, and the latter ends', () => {
  expect(facts('+861088888888', true)).toMatchObject({ kind: 'switchboard', identifies: false });
  expect(facts('+8617000000001', true)).toEqual({
    ...{ number: '+8617000000001', kind: 'privacy', identifies: false },
    expiresAt: (endOfDay('2026-06-30') ?? 0) - CHINA_MS,
  });
});

test('a plan that is another one is read anew', () => {
  let stands = PLAN;
  const by = numberFactsBy(() => stands);
  expect(by('+861088888888', NOW).kind).toBe('fixed');
  stands = plan;
  expect(by('+861088888888', NOW).kind).toBe('switchboard');
});
