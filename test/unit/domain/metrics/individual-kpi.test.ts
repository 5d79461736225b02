import { individualKpi } from '../../../../src/domain/metrics/individual-kpi';
import { POSTS, type Post } from '../../../../src/domain/organisation';

const COUNTS = { leadsKept: 31, arrivals: 12, deliveries: 4 };

test.each<[Post]>([
  ['telemarketer'],
  ['telemarketer-inbound'],
  ['telemarketer-outbound'],
  ['callback'],
])('A43: a %s is measured by leads kept and arrivals', (post) => {
  expect(individualKpi('wang', [post], COUNTS)).toEqual({
    ...{ personId: 'wang', leadsKept: 31, arrivals: 12, deliveries: null },
  });
});

test('A43: a direct salesperson is measured by deliveries', () => {
  expect(individualKpi('zhu', ['direct-salesperson'], COUNTS)).toEqual({
    ...{ personId: 'zhu', leadsKept: null, arrivals: null, deliveries: 4 },
  });
});

test('A43: nobody else is measured by either', () => {
  const measured = POSTS.filter((post) => individualKpi('x', [post], COUNTS) !== null);
  expect(measured).toEqual([
    ...['telemarketer', 'telemarketer-inbound', 'telemarketer-outbound', 'callback'],
    'direct-salesperson',
  ]);
  expect(individualKpi('x', [], COUNTS)).toBeNull();
});
