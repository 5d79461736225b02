import { defeatsOf, REASONS_SHOWN, type DefeatCount } from '../../../../src/domain/metrics/defeats';

test('B27: reasons by how often they were given, with their share of all that was lost', () => {
  const counts: DefeatCount[] = [
    { kind: 'defeated', reason: '价格', count: 6 },
    { kind: 'lost-control', reason: '停机', count: 3 },
    { kind: 'defeated', reason: '购买竞品', count: 9 },
    { kind: 'defeated', reason: '', count: 2 },
  ];
  expect(defeatsOf(counts)).toEqual({
    ...{ defeated: 17, lostControl: 3, others: 0 },
    reasons: [
      { ...counts[2]!, share: { part: 9, whole: 20, percent: 45 } },
      { ...counts[0]!, share: { part: 6, whole: 20, percent: 30 } },
      { ...counts[1]!, share: { part: 3, whole: 20, percent: 15 } },
      { ...counts[3]!, share: { part: 2, whole: 20, percent: 10 } },
    ],
  });
});

test('B27: whatever people write the list has an end, and what is not shown is counted', () => {
  const counts = Array.from({ length: REASONS_SHOWN + 30 }, (_, n): DefeatCount => ({
    ...{ kind: 'defeated', reason: `reason ${n}`, count: n + 1 },
  }));
  const { reasons, others, defeated } = defeatsOf(counts);
  expect(reasons).toHaveLength(REASONS_SHOWN);
  // The rarest are 1 + 2 + … + 30.
  expect(others).toBe(465);
  expect(reasons.reduce((sum, { count }) => sum + count, 0) + others).toBe(defeated);
});
