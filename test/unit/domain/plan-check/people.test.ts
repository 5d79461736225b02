import { checkPlan } from '../../../../src/domain/plan-check';

const stored = {
  realm: null,
  people: new Set<string>(),
  phones: new Set<string>(),
  accounts: new Set<string>(),
};

/** Two stores of one company in a group, one that is alone; departments of the first. */
const organised = {
  groups: [{ id: 'north', name: '北方集团' }],
  entities: [{ id: 'bj-ltd', name: '北京汽车有限公司', group: 'north' }],
  stores: [
    { id: 'bj01', name: '北京一店', entity: 'bj-ltd' },
    { id: 'bj02', name: '北京二店', entity: 'bj-ltd' },
    { id: 'sh01', name: '上海一店' },
  ],
  departments: [
    { id: 'bj-coc', store: 'bj01', name: '客户运营中心', kind: 'coc' },
    { id: 'bj-sales', store: 'bj01', name: '销售部', kind: 'sales' },
  ],
  queues: ['sales', 'vip', 'desk'].map((id) => ({ id, store: 'bj01' })),
  hotlines: [{ number: '400', store: 'bj01', queue: 'sales', menu: { sales: 'vip' } }],
};

const someone = (parts: object) => ({
  ...{ id: 'x', name: '某人', store: 'bj01', password: 'change-me' },
  ...parts,
});
const check = (parts: object, plan: object = organised) =>
  checkPlan({ ...plan, people: [someone(parts)] }, stored);

function faultsOf(parts: object, plan?: object): string[] {
  const result = check(parts, plan);
  return result.ok ? [] : result.problems.map(({ at, code }) => `${at} ${code}`);
}

const TELEMARKETING = [
  'telemarketer',
  'telemarketer-inbound',
  'telemarketer-outbound',
  'callback',
] as const;

test.each([
  ['one post', { post: 'telemarketer-inbound', department: 'bj-coc', queues: ['sales'] }],
  ['of the group', { post: 'group' }],
  ['of headquarters, from a store that is in no group', { post: 'hq', store: 'sh01' }],
  ['of a group that he is not in', { posts: [{ post: 'group', group: 'north' }], store: 'sh01' }],
  [
    'a direct salesperson of the sales department',
    { post: 'direct-salesperson', queues: ['desk'] },
  ],
  ['sales staff who take what is handed on', { post: 'gm', department: 'bj-sales' }],
])('is taken: %s', (_what, parts) => {
  expect(faultsOf(parts)).toEqual([]);
});

test('of several posts the first is what he is; where each holds is kept as it is said', () => {
  const posts = [
    { post: 'gm', entity: 'bj-ltd' },
    { post: 'supervisor', store: 'sh01' },
    { post: 'quality', group: 'north' },
  ];
  expect(check({ posts })).toMatchObject({ ok: true, plan: { people: [{ post: 'gm', posts }] } });
});

test.each<[string, object, string[]]>([
  ['no post', {}, ['people[0].post MISSING']],
  ['both', { post: 'gm', posts: [{ post: 'gm' }] }, ['people[0].posts POST_OR_POSTS']],
  ['an empty list', { posts: [] }, ['people[0].posts MISSING']],
  [
    'a post that there is not',
    { posts: [{ post: 'boss' }] },
    ['people[0].posts[0].post WRONG_VALUE'],
  ],
  [
    'two scopes',
    { posts: [{ post: 'quality', store: 'bj02', group: 'north' }] },
    ['people[0].posts[0] ONE_SCOPE'],
  ],
  [
    'a general manager of a group',
    { posts: [{ post: 'gm', group: 'north' }] },
    ['people[0].posts[0].group WRONG_SCOPE'],
  ],
  [
    'headquarters of a store',
    { posts: [{ post: 'hq', store: 'bj01' }] },
    ['people[0].posts[0].store WRONG_SCOPE'],
  ],
  ['a group that his store has not', { post: 'group', store: 'sh01' }, ['people[0].post NO_GROUP']],
  [
    'what there is not',
    {
      posts: [
        { post: 'gm', store: 's' },
        { post: 'gm', entity: 'e' },
        { post: 'group', group: 'g' },
      ],
    },
    [
      'people[0].posts[0].store UNKNOWN_REFERENCE',
      'people[0].posts[1].entity UNKNOWN_REFERENCE',
      'people[0].posts[2].group UNKNOWN_REFERENCE',
    ],
  ],
  [
    'no such department',
    { post: 'gm', department: 'd' },
    ['people[0].department UNKNOWN_REFERENCE'],
  ],
  [
    'a department of another store',
    { post: 'gm', store: 'bj02', department: 'bj-coc' },
    ['people[0].department DEPARTMENT_ELSEWHERE'],
  ],
])('is refused with its place: %s', (_what, parts, faults) => {
  expect(faultsOf(parts)).toEqual(faults);
});

test.each(TELEMARKETING)('A37: nobody is %s and direct salesperson, in whatever stores', (post) => {
  const result = check({ posts: [{ post: 'direct-salesperson', store: 'sh01' }, { post }] });
  expect(result).toMatchObject({
    ok: false,
    problems: [
      {
        ...{ at: 'people[0].posts', code: 'MIXED_POSTS' },
        zh: expect.stringContaining('电话营销员与直销员'),
        en: expect.stringContaining('telemarketer and direct salesperson'),
      },
    ],
  });
});

test.each(TELEMARKETING)('A39: no %s is in the sales department', (post) => {
  expect(faultsOf({ post, department: 'bj-sales' })).toEqual([
    'people[0].department TELEMARKETER_IN_SALES',
  ]);
  expect(faultsOf({ posts: [{ post: 'quality' }, { post }], department: 'bj-sales' })).toEqual([
    'people[0].department TELEMARKETER_IN_SALES',
  ]);
  expect(faultsOf({ post, department: 'bj-coc' })).toEqual([]);
});

test.each([
  ['a direct salesperson', { post: 'direct-salesperson' }],
  ['anybody of the sales department', { post: 'supervisor', department: 'bj-sales' }],
])('A03: no hotline is answered by %s', (_who, parts) => {
  expect(faultsOf({ ...parts, queues: ['desk', 'sales', 'vip'] })).toEqual([
    'people[0].queues[1] HOTLINE_FOR_TELEMARKETERS',
    'people[0].queues[2] HOTLINE_FOR_TELEMARKETERS',
  ]);
});

describe('groups', () => {
  const stores = (...parts: object[]) => ({
    stores: parts.map((one, index) => ({ id: `s${index}`, name: '店', ...one })),
  });
  const problems = (plan: object): string[] => {
    const result = checkPlan(plan, stored);
    return result.ok ? [] : result.problems.map(({ at, code }) => `${at} ${code}`);
  };

  test('need not be listed: what stores name is a group', () => {
    expect(problems(stores({ group: 'a' }, { group: 'b' }))).toEqual([]);
    const one = someone({ store: 's0', posts: [{ post: 'group', group: 'a' }] });
    expect(problems({ ...stores({ group: 'a' }), people: [one] })).toEqual([]);
  });

  test('that are listed are all there are', () => {
    const groups = [{ id: 'a', name: '甲' }];
    const entities = [{ id: 'e', name: '乙', group: 'c' }];
    expect(problems({ ...stores({ group: 'a' }, { group: 'b' }), groups, entities })).toEqual([
      'stores[1].group UNKNOWN_REFERENCE',
      'entities[0].group UNKNOWN_REFERENCE',
    ]);
  });

  test('a store is in one at most, and in an entity that there is', () => {
    const entities = [{ id: 'e', name: '乙', group: 'a' }];
    const plan = stores({ entity: 'e', group: 'a' }, { entity: 'e', group: 'b' }, { entity: 'x' });
    expect(problems({ ...plan, entities })).toEqual([
      'stores[2].entity UNKNOWN_REFERENCE',
      'stores[1].group GROUPS_DIFFER',
    ]);
  });
});
