import {
  identifies,
  judge,
  whoIs,
  type Identifiable,
  type IdentifyingNumber,
} from '../../../../src/domain/customer/same-person';
import { areSimilar, similarityKeys } from '../../../../src/domain/customer/similar-numbers';
import type { NumberKind } from '../../../../src/domain/number/kinds';

const MOBILE = '+8613800138000';
const FIXED = '+861082345678';

const numberOf = (number: string, parts: Partial<IdentifyingNumber> = {}): IdentifyingNumber => ({
  ...{ number, kind: number.startsWith('+861') && number.length === 14 ? 'mobile' : 'fixed' },
  ...{ confirmed: false, ...parts },
});

function someone(name: string, numbers: (string | IdentifyingNumber)[], parts = {}): Identifiable {
  const read = numbers.map((one) => (typeof one === 'string' ? numberOf(one) : one));
  return { controller: 'entity:north', kind: null, name, numbers: read, ...parts };
}

const both = (one: Identifiable, other: Identifiable) => {
  const [there, back] = [judge(one, other), judge(other, one)];
  expect(back.is).toBe(there.is);
  return there;
};

test('Q06: the same controller and the same mobile number is the same person', () => {
  const known = someone('王伟', [FIXED, MOBILE]);
  for (const name of ['王伟', '王先生', 'Wang Wei', '小王', ''])
    expect(both(someone(name, [MOBILE]), known)).toEqual({ is: 'same', number: MOBILE });
});

test('Q06: in the books of another controller nobody is the same', () => {
  const other = someone('王伟', [MOBILE], { controller: 'entity:south' });
  expect(both(someone('王伟', [MOBILE]), other)).toEqual({ is: 'others' });
});

test('Q06: the same number and clearly another name is for people to decide', () => {
  expect(both(someone('李娜', [MOBILE]), someone('王伟', [MOBILE]))).toEqual({
    ...{ is: 'doubtful', why: 'other-name', numbers: [MOBILE, MOBILE] },
  });
});

test.each([
  ['by what was said', someone('王伟', [MOBILE], { kind: 'company' }), someone('王伟', [MOBILE])],
  ['by the name', someone('华远贸易有限公司', [MOBILE]), someone('', [MOBILE])],
])('Q06: a company and a person never merge by themselves, %s', (_how, company, person) => {
  expect(both(company, person)).toMatchObject({ is: 'doubtful', why: 'company-and-person' });
});

test('what somebody said of it goes before its name, and two companies of one number are one', () => {
  const said = someone('第一医院', [MOBILE], { kind: 'person' });
  expect(both(said, someone('', [MOBILE]))).toEqual({ is: 'same', number: MOBILE });
  const companies = [
    someone('华远贸易有限公司', [MOBILE]),
    someone('华远贸易公司', [MOBILE]),
  ] as const;
  expect(both(...companies)).toEqual({ is: 'same', number: MOBILE });
});

test.each<[NumberKind, boolean, boolean]>([
  ['mobile', false, true],
  ['fixed', false, false],
  ['fixed', true, true],
  ['foreign', true, true],
  ['switchboard', true, false],
  ['privacy', true, false],
  ['service', true, false],
  ['own', true, false],
  ['withheld', true, false],
])('Q06: a number of kind %s, confirmed %s, identifies: %s', (kind, confirmed, does) => {
  const number = numberOf(FIXED, { kind, confirmed });
  expect(identifies(number)).toBe(does);
  const judged = both(someone('', [number]), someone('王伟', [{ ...number, confirmed: false }]));
  expect(judged.is === 'same').toBe(does);
});

test.each([
  ['itself', MOBILE, true],
  ['one digit is another', '+8613800138001', true],
  ['one in the middle', '+8613800938000', true],
  ['two neighbours are swapped', '+8613801038000', true],
  ['the last eight are the same', '+8615900138000', true],
  ['two digits are others', '+8613811138000', false],
  ['two that are no neighbours are swapped', '+8610803138000', false],
  ['a digit is missing', '+861380013800', false],
])('similar numbers: %s', (_how, other, similar) => {
  const [a, b] = [MOBILE, other].map((number) => ({ number, kind: 'mobile' as const }));
  expect([areSimilar(a!, b!), areSimilar(b!, a!)]).toEqual([similar, similar]);
});

test('Q06: the same full name and a similar number is for people to decide, a part of a name is not', () => {
  const known = someone('王伟', [MOBILE]);
  expect(both(someone('王伟', ['+8613800138001']), known)).toMatchObject({
    ...{ is: 'doubtful', why: 'similar-number' },
  });
  for (const name of ['王先生', 'Wang Wei', '', '李娜'])
    expect(both(someone(name, ['+8613800138001']), known)).toEqual({ is: 'others' });
  expect(both(someone('王伟', ['+8613911139111']), known)).toEqual({ is: 'others' });
});

test('a fixed number that nobody confirmed makes one with the same name doubtful; a switchboard’s never', () => {
  expect(both(someone('王伟', [FIXED]), someone('王伟', [FIXED]))).toMatchObject({
    ...{ is: 'doubtful', why: 'similar-number' },
  });
  const shared = numberOf(FIXED, { kind: 'switchboard' });
  expect(both(someone('王伟', [shared]), someone('王伟', [shared]))).toEqual({ is: 'others' });
  expect(similarityKeys(FIXED, 'privacy')).toEqual([]);
});

test('Q06: of several the oldest record is his, and each doubtful one is named', () => {
  const at = (id: string, createdAt: number, known: Identifiable) => ({ ...known, id, createdAt });
  const found = whoIs(someone('王伟', [MOBILE]), [
    at('c', 3, someone('王先生', [MOBILE])),
    at('b', 2, someone('李娜', [MOBILE])),
    at('a', 2, someone('王伟', [MOBILE])),
    at('d', 1, someone('王伟', ['+8613800138001'])),
    at('e', 1, someone('赵敏', ['+8613800138001'])),
  ]);
  expect(found.same?.id).toBe('a');
  expect(found.doubtful.map(({ record, why }) => [record.id, why])).toEqual([
    ['d', 'similar-number'],
    ['b', 'other-name'],
  ]);
  expect(whoIs(someone('', ['+8613700137000']), [])).toEqual({ same: null, doubtful: [] });
});
