import { placeAtFirst } from '../../../../src/domain/lead/place';
import { isConsultant, isOfCentre, takersOf, type Staff } from '../../../../src/domain/lead/staff';
import { POSTS, type Post } from '../../../../src/domain/organisation';
import { person } from '../../../support/two-stores';

const DEPARTMENTS: Staff['departments'] = [
  { id: 'coc', store: 'bj01', name: '客户运营中心', kind: 'coc' },
  { id: 'sales', store: 'bj01', name: '销售部', kind: 'sales' },
];
const staffOf = (post: Post, department?: string): Staff => ({
  ...{ people: [{ ...person('x', post, 'bj01'), department }], departments: DEPARTMENTS },
});
const postsFor = (is: (post: Post) => boolean) => POSTS.filter(is);

test('Q15: telemarketers for calls in and out are given leads in their stores, and no other post', () => {
  const takers = postsFor((post) => takersOf(staffOf(post, 'coc'), 'bj01').length > 0);
  expect(takers).toEqual(['telemarketer', 'telemarketer-inbound', 'telemarketer-outbound']);
  expect(takersOf(staffOf('telemarketer'), 'sh01')).toEqual([]);
  const posts = [{ post: 'telemarketer' as const, stores: ['sh01'] }];
  const elsewhere = { people: [{ ...person('x', 'quality', 'bj01'), posts }] };
  expect(takersOf(elsewhere, 'sh01')).toEqual(['x']);
});

test('A39: nobody of the sales department is given leads, whatever his post', () => {
  expect(postsFor((post) => takersOf(staffOf(post, 'sales'), 'bj01').length > 0)).toEqual([]);
});

test('what is a telemarketer’s is the centre’s; a consultant’s and nobody’s is not', () => {
  expect(postsFor((post) => isOfCentre(staffOf(post), 'x', 'bj01'))).toEqual([
    ...['telemarketer', 'telemarketer-inbound', 'telemarketer-outbound', 'callback'],
  ]);
  expect(isOfCentre(staffOf('telemarketer', 'sales'), 'x', 'bj01')).toBe(false);
  expect(isOfCentre(staffOf('telemarketer'), null, 'bj01')).toBe(false);
});

test('A36: a sales consultant sells and leads nobody', () => {
  expect(postsFor((post) => isConsultant(staffOf(post), 'x'))).toEqual(['direct-salesperson']);
  expect(postsFor((post) => !isConsultant(staffOf(post, 'sales'), 'x'))).toEqual([
    ...['supervisor', 'manager', 'administrator'],
  ]);
  expect(isConsultant(staffOf('direct-salesperson'), 'gone')).toBe(false);
});

test.each([
  ['showroom', 'gao', 'showroom'],
  ['walk-in', 'gao', 'showroom'],
  ['showroom', null, 'centre'],
  ['web', 'gao', 'centre'],
  ['inbound', null, 'centre'],
])('what %s brings, of %s, is worked in the %s', (source, ownerId, place) => {
  expect(placeAtFirst({ source, ownerId })).toBe(place);
});
