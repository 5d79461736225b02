import { bookOfStore, numberBook } from '../../../../src/domain/number/book';
import { areaOf, cityOf } from '../../../../src/domain/number/areas';
import { classify, identifiesPerson, isEmergency } from '../../../../src/domain/number/kinds';
import { normaliseNumber } from '../../../../src/domain/number/normalise';
import { PLAN } from '../../../support/two-stores';

const plan = {
  ...PLAN,
  hotlines: [{ number: '4008001234', store: 'bj01', queue: 'sales', notice: 'none' as const }],
  trunks: [{ id: 'c', from: ['192.0.2.1'], channels: 1, area: '010', numbers: ['62345678'] }],
  numbers: {
    outsidePrefixes: ['9', '0'],
    switchboards: ['010-82345678'],
    privacy: [{ from: '17000000000', to: '17000009999', until: '2026-12-31' }],
    premium: ['0900'],
  },
};
const book = numberBook(plan);
const DAY = Date.parse('2026-11-28');
const kindOf = (dialled: string, at = DAY) => classify(normaliseNumber(dialled), book, at);

test.each<[string, string[]]>([
  [
    'mobile',
    [
      ...['13800138000', '013800138000', '8613800138000', '+8613800138000', '008613800138000'],
      ...['13012345678', '14712345678', '15012345678', '15912345678', '16612345678', '17312345678'],
      ...['17712345678', '18012345678', '18912345678', '19112345678', '19812345678', '19912345678'],
    ],
  ],
  [
    'fixed',
    [
      ...['01062345679', '010-62345679', '(010) 6234 5679', '+861062345679', '861062345679'],
      ...['02162345678', '02287654321', '02887654321', '031187654321', '053287654321'],
      ...['075582345678', '0571-87654321', '0898-66554433', '0991-2345678'],
      ...['010-62345679-801', '01062345679,801', '01062345679;ext=801', '010-62345679转801'],
    ],
  ],
  ['switchboard', ['01082345678', '+861082345678', '010-82345678-801', '01082345678,12']],
  ['privacy', ['17000000000', '17000009999', '+8617000001234', '017000001234']],
  ['emergency', ['110', '119', '120', '122', '9110', '0120']],
  [
    'premium',
    [
      '16800123',
      '1608888',
      '01016800123',
      '075516900123',
      '12590',
      '125901234',
      '+97912345678',
      '09001234',
    ],
  ],
  [
    'service',
    [
      ...['4001234567', '8001234567', '+864001234567', '95588', '955881', '01095588', '96123'],
      ...['10086', '10010', '10000', '12306', '12315', '12345', '114', '01012345', '116114'],
      '1065712345678',
    ],
  ],
  ['foreign', ['+85223456789', '0085223456789', '+12025550123', '+442079460000', '+999123']],
  ['own', ['4008001234', '+864008001234', '01062345678', '+861062345678']],
  [
    'other',
    ['8001', 'alice', '*98', '1381', '82345678', '1234567890123456789', '8234567', '9001234'],
  ],
  ['withheld', ['', 'anonymous', 'unavailable']],
])('%s numbers', (kind, numbers) => {
  for (const number of numbers) expect([number, kindOf(number).kind]).toEqual([number, kind]);
});

test('virtual operators are told from the others', () => {
  for (const number of ['16212345678', '16512345678', '16712345678', '17112345678'])
    expect(kindOf(number)).toEqual({ kind: 'mobile', virtualOperator: true });
  expect(kindOf('16612345678')).toEqual({ kind: 'mobile' });
});

test('a privacy number expires at the end of its last day in China, and never becomes a person', () => {
  const end = Date.parse('2026-12-31T24:00:00+08:00');
  expect(kindOf('17000001234', end - 1)).toEqual({ kind: 'privacy' });
  expect(kindOf('17000001234', end)).toEqual({ kind: 'privacy', expired: true });
  expect(kindOf('17000010000')).toEqual({ kind: 'mobile', virtualOperator: true });
});

test.each([
  ['mobile', 'yes'],
  ['fixed', 'when-confirmed'],
  ['foreign', 'when-confirmed'],
  ['other', 'when-confirmed'],
  ['switchboard', 'no'],
  ['privacy', 'no'],
  ['premium', 'no'],
  ['service', 'no'],
  ['own', 'no'],
  ['emergency', 'no'],
  ['withheld', 'no'],
] as const)('a %s number identifies a person: %s', (kind, expected) => {
  expect(identifiesPerson(kind)).toBe(expected);
});

test('emergency numbers are those of country or plan, with and without an outside prefix', () => {
  const hongKong = numberBook({ ...plan, numbers: { country: 'HK' } });
  expect([isEmergency('999', hongKong), isEmergency('110', hongKong)]).toEqual([true, false]);
  const own = numberBook({ ...plan, numbers: { emergency: ['95110'] } });
  expect([isEmergency('95110', own), isEmergency('110', own)]).toEqual([true, false]);
  const elsewhere = { id: 'hk01', name: 'HK', timezone: 'Asia/Hong_Kong', emergency: ['999'] };
  const both = numberBook({ ...plan, stores: [...plan.stores, elsewhere] });
  const inStore = (id: string) => ['110', '999'].map((n) => isEmergency(n, bookOfStore(both, id)));
  expect([inStore('bj01'), inStore('hk01')]).toEqual([
    [true, false],
    [false, true],
  ]);
  expect(['110', '999'].map((number) => isEmergency(number, both))).toEqual([true, true]);
  expect([isEmergency('9110', book), isEmergency('8110', book)]).toEqual([true, false]);
});

test.each([
  ['010', '北京', 'Beijing'],
  ['0311', '石家庄', 'Shijiazhuang'],
  ['0755', '深圳', 'Shenzhen'],
  ['0999', '伊犁', 'Ili'],
])('%s is %s', (area, zh, en) => {
  expect(cityOf(area)).toEqual({ zh, en });
  expect(areaOf(`+86${area.slice(1)}87654321`)).toBe(area);
});

test.each(['011', '0300', '0138', '10', ''])('%p is no area', (area) => {
  expect(cityOf(area)).toBeUndefined();
});

test('numbers of another home country are its own, or foreign', () => {
  const hongKong = numberBook({ ...plan, trunks: [], hotlines: [], numbers: { country: 'HK' } });
  const kind = (number: string) => classify(normaliseNumber(number, 'HK'), hongKong, DAY).kind;
  expect(['23456789', '+8613800138000', '8001'].map(kind)).toEqual(['fixed', 'foreign', 'other']);
});
