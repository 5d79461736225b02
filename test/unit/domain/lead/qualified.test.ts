import {
  isQualified,
  missingOf,
  QUALIFIED_FIELDS,
  type LeadFacts,
} from '../../../../src/domain/lead/qualified';

const WHOLE: Required<LeadFacts> = {
  ...{ consultant: '李娜', customerType: '首购', channel: 'web', kind: 'person', sex: 'female' },
  ...{ familyName: '王', number: '+8613800138000', presentCar: '无', intendedOn: '2026-05-01' },
  ...{
    interestSeries: 'X3',
    interestModel: 'xDrive30i',
    contactResult: '有意向',
    nextPlan: '周六试驾',
  },
};
const FACTS = Object.keys(WHOLE) as (keyof LeadFacts)[];

test('A28: there are eleven fields, each with its name in both languages', () => {
  expect(QUALIFIED_FIELDS).toHaveLength(11);
  expect(new Set(QUALIFIED_FIELDS.map(({ id }) => id)).size).toBe(11);
  for (const { zh, en } of QUALIFIED_FIELDS) {
    expect(zh).toMatch(/\p{Script=Han}/u);
    expect(en).toMatch(/^[a-z][a-z ,':]+$/);
  }
  expect(QUALIFIED_FIELDS.flatMap(({ of }) => of).sort()).toEqual([...FACTS].sort());
});

test('A28: with all of them he is qualified, without any he is not, and each is said to be missing', () => {
  expect(isQualified(WHOLE)).toBe(true);
  expect(missingOf(WHOLE)).toEqual([]);
  for (const fact of FACTS)
    for (const nothing of [null, undefined, '', '  ', '\u3000']) {
      const facts = { ...WHOLE, [fact]: nothing };
      expect(isQualified(facts)).toBe(false);
      expect(missingOf(facts).flatMap(({ of }) => of)).toContain(fact);
      expect(missingOf(facts)).toHaveLength(1);
    }
  expect(missingOf({})).toEqual(QUALIFIED_FIELDS);
});

test('A28: exactly then: of every choice of filled facts only the whole one is qualified', () => {
  for (let chosen = 0; chosen < 2 ** FACTS.length; chosen += 1) {
    const filled = FACTS.filter((_fact, index) => chosen & (1 << index));
    const facts = Object.fromEntries(filled.map((fact) => [fact, WHOLE[fact]]));
    if (isQualified(facts) !== (filled.length === FACTS.length)) throw new Error(filled.join());
    if (isQualified(facts) !== (missingOf(facts).length === 0)) throw new Error(filled.join());
  }
});
