import type { LeadFacts } from '../../../../src/domain/lead/qualified';
import { DEFAULT_LEAD_RULES as RULES } from '../../../../src/domain/lead/rules';
import { leadQuality } from '../../../../src/domain/metrics/lead-quality';

const AT = { now: Date.parse('2026-03-02T12:00:00+08:00'), zone: 'Asia/Shanghai' };
const WHOLE: LeadFacts = {
  ...{ consultant: 'x', customerType: 'x', channel: 'web', kind: 'person', sex: 'male' },
  ...{ familyName: '王', number: '1', presentCar: 'x', intendedOn: '2026-04-01' },
  ...{ interestSeries: 'x', interestModel: 'x', contactResult: 'x', nextPlan: 'x' },
};

test('A28, A29: qualified rate and hot rate are of all leads', () => {
  const quality = leadQuality(
    [
      { facts: WHOLE, count: 3 },
      { facts: { ...WHOLE, sex: null }, count: 4 },
      { facts: { ...WHOLE, intendedOn: '2026-12-01' }, count: 2 },
      { facts: { intendedOn: '2027-12-01' }, count: 5 },
      { facts: {}, count: 6 },
    ],
    AT,
    RULES,
  );
  expect(quality).toEqual({
    ...{ leads: 20, qualified: 5 },
    byTemperature: { hot: 7, warm: 2, cold: 5, unknown: 6 },
    qualifiedRate: { part: 5, whole: 20, percent: 25 },
    hotRate: { part: 7, whole: 20, percent: 35 },
  });
  expect(leadQuality([], AT, RULES).qualifiedRate.percent).toBeNull();
});
