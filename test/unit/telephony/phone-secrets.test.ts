import type { PlanPhone } from '../../../src/domain/plan';
import { PhoneSecrets } from '../../../src/telephony/phone-secrets';

const phone = (id: string, ha1Sha256?: string): PlanPhone => ({
  ...{ id, kind: 'register', person: 'wang', autoReady: false, ha1: `md5 of ${id}` },
  ...(ha1Sha256 === undefined ? {} : { ha1Sha256 }),
});

const names = Array.from({ length: 1000 }, (_, n) => `nobody-${n}`);
const withMd5Only = (secrets: PhoneSecrets) =>
  names.filter((name) => secrets.offeredTo(name).length === 1);

test('a phone is offered what it has secrets for, strongest first', () => {
  const secrets = new PhoneSecrets([phone('8001', 'strong'), phone('8003')]);
  expect(secrets.offeredTo('8001')).toEqual(['SHA-256', 'MD5']);
  expect(secrets.offeredTo('8003')).toEqual(['MD5']);
});

test.each([
  ['no phones', [], 0, 0],
  ['phones that all have both', [phone('8001', 'x'), phone('8002', 'x')], 0, 0],
  ['phones that all have MD5', [phone('8001'), phone('8002')], 1000, 1000],
  [
    'one of four with MD5',
    [phone('1'), phone('2', 'x'), phone('3', 'x'), phone('4', 'x')],
    180,
    320,
  ],
])('among %s a name that there is not looks like one of them', (_what, phones, least, most) => {
  const alike = withMd5Only(new PhoneSecrets(phones));
  expect(alike.length).toBeGreaterThanOrEqual(least);
  expect(alike.length).toBeLessThanOrEqual(most);
  // Asked again, also by another process.
  expect(withMd5Only(new PhoneSecrets(phones))).toEqual(alike);
});
