import {
  groupOfStore,
  holdsIn,
  postsAtHome,
  withStores,
  type SaidPost,
} from '../../../src/domain/organisation';
import { skillsOf } from '../../../src/domain/queue/demands';
import { trunksForHelp } from '../../../src/domain/dial/carriers';
import type { Plan } from '../../../src/domain/plan';
import { person } from '../../support/two-stores';

const PLAN = {
  entities: [
    { id: 'bj-ltd', name: '北京公司', group: 'north' },
    { id: 'sh-ltd', name: '上海公司' },
  ],
  stores: [
    { id: 'bj01', entity: 'bj-ltd' },
    { id: 'bj02', entity: 'bj-ltd' },
    { id: 'tj01', group: 'north' },
    { id: 'sh01', entity: 'sh-ltd' },
    { id: 'alone' },
  ],
};
const EVERYWHERE = ['bj01', 'bj02', 'tj01', 'sh01', 'alone'];

test('the group of a store is its own word, else that of its legal entity', () => {
  const groups = EVERYWHERE.map((id) => groupOfStore(PLAN, id));
  expect(groups).toEqual(['north', 'north', 'north', undefined, undefined]);
});

test.each<[string, SaidPost, string[]]>([
  ['in his home store', { post: 'supervisor' }, ['bj01']],
  ['in another store', { post: 'supervisor', store: 'sh01' }, ['sh01']],
  ['in a legal entity', { post: 'manager', entity: 'bj-ltd' }, ['bj01', 'bj02']],
  ['in a group', { post: 'quality', group: 'north' }, ['bj01', 'bj02', 'tj01']],
  ['A68: of the group in all of its stores', { post: 'group' }, ['bj01', 'bj02', 'tj01']],
  ['A68: of headquarters everywhere', { post: 'hq' }, EVERYWHERE],
])('a post holds %s', (_where, said, stores) => {
  const somebody = { ...person('x', said.post, 'bj01'), posts: [{ ...said, stores: [] }] };
  expect(withStores(somebody, PLAN).posts).toEqual([{ ...said, stores }]);
});

test('who holds one post in his home store stays as he is; of the group he has its stores', () => {
  const wang = person('wang', 'telemarketer', 'bj01');
  expect(withStores(wang, PLAN)).toBe(wang);
  expect(withStores(person('x', 'group', 'tj01'), PLAN)).toMatchObject({
    posts: [{ post: 'group', stores: ['bj01', 'bj02', 'tj01'] }],
  });
});

test('for callers he is what he is at home, whatever he holds elsewhere', () => {
  const posts = [
    { post: 'telemarketer', stores: ['bj01'] },
    { post: 'supervisor', stores: ['sh01'] },
  ] as const;
  const somebody = { ...person('x', 'telemarketer', 'bj01'), posts };
  expect(postsAtHome(somebody)).toEqual(['telemarketer']);
  expect(skillsOf(somebody)).toEqual({ bj01: 9, telemarketer: 9 });
  expect(holdsIn(somebody, ['supervisor'], 'sh01')).toBe(true);
  expect(holdsIn(somebody, ['supervisor'], 'bj01')).toBe(false);
});

test('stores lend one another trunks for help by the group of their legal entity, too', () => {
  const to = [{ address: 'sip:a', priority: 0, weight: 1 }];
  const trunk = (id: string) => ({ ...{ id, from: [], channels: 1 }, to, lendsForHelp: true });
  const plan = {
    ...PLAN,
    stores: PLAN.stores.map((store) => ({ ...store, trunks: [`of-${store.id}`] })),
    trunks: EVERYWHERE.map((id) => trunk(`of-${id}`)),
    hotlines: [],
  } as unknown as Plan;
  expect(trunksForHelp(plan, 'bj01').via).toEqual(['of-bj01', 'of-bj02', 'of-tj01']);
  expect(trunksForHelp(plan, 'sh01').via).toEqual(['of-sh01']);
});
