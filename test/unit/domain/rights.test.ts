import { POSTS, TELEMARKETERS, type PlanPost, type Post } from '../../../src/domain/organisation';
import {
  hasRight,
  mayIn,
  mayInEach,
  mayOver,
  rightsHeld,
  rightsOf,
  seesQueue,
  seesStore,
  storesOf,
  takesCalls,
  WHOLE,
  type Asker,
} from '../../../src/domain/rights';
import { FIRST_ADMINISTRATOR } from '../../../src/domain/sign-in/first-administrator';
import { OFFICES, PLAN, person } from '../../support/two-stores';

describe('rights of posts', () => {
  test.each<[Post, string[]]>([
    [
      'telemarketer',
      [
        ...['store.read', 'hotlines.read', 'numbers.confirm', 'promises.settle'],
        ...['leads.work', 'customers.merge'],
      ],
    ],
    [
      'after-sales',
      [
        ...['store.read', 'hotlines.read', 'numbers.confirm', 'promises.settle'],
        ...['leads.work', 'customers.merge'],
      ],
    ],
    [
      'supervisor',
      [
        'store.read',
        'hotlines.read',
        'numbers.confirm',
        'promises.settle',
        'store.oversee',
        'recordings.hear',
        'leads.work',
        'customers.merge',
        'customers.clean',
        'customers.privacy',
        'leads.export',
        'leads.assign',
        'hotlines.close',
        'callers.block',
        'forms.correct',
        'leads.import',
      ],
    ],
    [
      'quality',
      [
        'store.read',
        'hotlines.read',
        'numbers.confirm',
        'promises.settle',
        'store.oversee',
        'recordings.hear',
      ],
    ],
    ['gm', ['store.read', 'hotlines.read', 'store.oversee', 'hotlines.close', 'callers.block']],
    ['group', ['store.read', 'hotlines.read', 'store.oversee', 'machine.oversee']],
    [
      'hq',
      [
        ...['store.read', 'hotlines.read', 'store.oversee', 'machine.oversee'],
        ...['leads.deliver', 'leads.confirm'],
      ],
    ],
    [
      'administrator',
      [
        ...['store.read', 'hotlines.read', 'numbers.confirm', 'promises.settle'],
        ...['store.oversee', 'machine.oversee', 'recordings.hear'],
        ...['leads.work', 'customers.merge', 'customers.clean', 'customers.privacy'],
        ...['leads.export', 'leads.assign'],
        ...['hotlines.close', 'callers.block', 'forms.correct', 'leads.import', 'leads.deliver'],
        ...['leads.confirm', 'web-forms.manage', 'plan.apply'],
        ...['edge.guard', 'prompts.replace', 'data.care', 'audit.read', 'people.secure'],
        'webhooks.manage',
      ],
    ],
  ])('a %s has exactly his', (post, rights) => {
    expect(rightsOf(post)).toEqual(rights);
  });

  test('who calls or is called may the same, of whichever kind; a manager what a supervisor may', () => {
    for (const post of [...TELEMARKETERS, 'direct-salesperson'] as const)
      expect(rightsOf(post)).toEqual(rightsOf('telemarketer'));
    expect(rightsOf('manager')).toEqual(rightsOf('supervisor'));
  });

  test('A15: supervisor and inspection hear recordings, and who sets the system up; nobody else', () => {
    const hear = POSTS.filter((post) =>
      hasRight(person('x', post, 'bj01'), 'recordings.hear', PLAN),
    );
    expect(hear).toEqual(['supervisor', 'quality', 'manager', 'administrator']);
  });
});

describe('a person of several posts', () => {
  const holding = (...posts: PlanPost[]) => ({ ...person('x', 'telemarketer', 'bj01'), posts });
  const both = holding(
    { post: 'supervisor', stores: ['bj01'] },
    { post: 'telemarketer', stores: ['sh01'] },
  );

  test('may in each store what his post there carries, and not what another one does', () => {
    expect(hasRight(both, 'recordings.hear', PLAN)).toBe(true);
    expect(mayIn(both, 'recordings.hear', 'bj01')).toBe(true);
    expect(mayIn(both, 'recordings.hear', 'sh01')).toBe(false);
    expect(mayIn(both, 'store.read', 'sh01')).toBe(true);
    expect(mayIn(both, 'store.read', 'tj01')).toBe(false);
    expect(mayIn(both, 'store.read', null)).toBe(false);
  });

  test('has lists of the stores that the right covers, each once', () => {
    expect(storesOf(both, 'store.read')).toEqual(['bj01', 'sh01']);
    expect(storesOf(both, 'store.oversee')).toEqual(['bj01']);
    expect(storesOf(both, 'plan.apply')).toEqual([]);
    const twice = holding(
      { post: 'gm', stores: ['bj01', 'sh01'] },
      { post: 'quality', stores: ['sh01'] },
    );
    expect(storesOf(twice, 'store.oversee')).toEqual(['bj01', 'sh01']);
  });

  test('A68: of the group he sees all of its stores, and of others nothing', () => {
    const group = holding({ post: 'group', stores: ['bj01', 'sh01'] });
    expect(['bj01', 'sh01', 'tj01'].map((id) => seesStore(group, id))).toEqual([true, true, false]);
    expect(seesQueue(group, { id: 'any', storeId: 'sh01' })).toBe(true);
  });

  test('a program that acts for him may what both may, where both may', () => {
    const program = { ...both, limit: { rights: ['store.read', 'plan.apply'] as const } };
    expect(rightsHeld(program, PLAN)).toEqual(['store.read']);
    expect(seesStore(program, 'sh01')).toBe(true);
    expect(mayIn(program, 'store.oversee', 'bj01')).toBe(false);
    const inOne = { ...both, limit: { rights: ['store.read'] as const, stores: ['sh01', 'tj01'] } };
    expect(storesOf(inOne, 'store.read')).toEqual(['sh01']);
    expect(hasRight({ ...both, limit: { rights: [] } }, 'store.read', PLAN)).toBe(false);
  });
});

describe('what concerns the whole installation', () => {
  test('the first administrator may in each store that there is, and in none else', () => {
    const ofNone = { ...FIRST_ADMINISTRATOR };
    expect(mayInEach(ofNone, 'webhooks.manage', ['bj01', 'sh01'], PLAN)).toBe(true);
    expect(mayInEach(ofNone, 'webhooks.manage', ['bj01', 'xx99'], PLAN)).toBe(false);
    const bounded = { ...ofNone, limit: { rights: [] } };
    expect(mayInEach(bounded, 'webhooks.manage', ['bj01'], PLAN)).toBe(false);
    expect(mayInEach(administrating('sh01'), 'webhooks.manage', ['bj01', 'sh01'], PLAN)).toBe(
      false,
    );
    expect(mayInEach(administrating('sh01'), 'webhooks.manage', ['sh01'], PLAN)).toBe(true);
  });

  const administrating = (...stores: string[]) => ({
    ...person('x', 'administrator', 'bj01'),
    posts: stores.map((id): PlanPost => ({ post: 'administrator', stores: [id] })),
  });
  const wholeOf = (asker: Asker) => WHOLE.filter((right) => hasRight(asker, right, PLAN));

  test('A68: is done by who holds the post in all stores of the plan, be it by several posts', () => {
    expect(wholeOf(administrating('bj01', 'sh01'))).toEqual(WHOLE);
    expect(wholeOf(administrating('sh01'))).toEqual([]);
    expect(wholeOf(person('x', 'administrator', 'bj01'))).toEqual([]);
    expect(rightsHeld(administrating('sh01'), PLAN)).toContain('webhooks.manage');
    // Of another post in the second store: that one does not carry it.
    const gm: PlanPost = { post: 'gm', stores: ['sh01'] };
    const both = { ...administrating('bj01'), posts: [...administrating('bj01').posts, gm] };
    expect(wholeOf(both)).toEqual([]);
  });

  test('is all his when the plan has his store alone, and of who stands beside the plan', () => {
    const one = { stores: PLAN.stores.slice(0, 1) };
    expect(hasRight(administrating('bj01'), 'plan.apply', one)).toBe(true);
    expect(wholeOf(FIRST_ADMINISTRATOR)).toEqual(WHOLE);
  });

  test('a program of his may none of it with stores of its own', () => {
    const program = (stores?: string[]) => ({
      ...administrating('bj01', 'sh01'),
      limit: { rights: ['plan.apply'] as const, ...(stores && { stores }) },
    });
    expect([wholeOf(program()), wholeOf(program(['bj01']))]).toEqual([['plan.apply'], []]);
  });

  test('who is somebody in another store as well is not his', () => {
    const his = (of: string) =>
      OFFICES.filter((other) => mayOver(administrating(of), 'people.secure', other));
    expect(his('bj01').map(({ id }) => id)).toEqual(['fu']);
    expect(his('sh01')).toEqual([]);
    const all = OFFICES.map((other) =>
      mayOver(administrating('bj01', 'sh01'), 'audit.read', other),
    );
    expect(all).toEqual([true, true, true, true]);
  });
});

describe('whose data a person sees', () => {
  const wang = person('wang', 'telemarketer', 'bj01', ['sales']);
  const chen = person('chen', 'supervisor', 'bj01');

  test.each(POSTS)('A68: a %s sees his own store only', (post) => {
    const somebody = person('x', post, 'bj01');
    expect(seesStore(somebody, 'bj01')).toBe(true);
    expect(seesStore(somebody, 'sh01')).toBe(false);
    expect(seesStore(somebody, null)).toBe(false);
  });

  test('a telemarketer sees the queues he serves, a supervisor all of his store', () => {
    const queues = [
      { id: 'sales', storeId: 'bj01' },
      { id: 'service', storeId: 'bj01' },
      { id: 'sales', storeId: 'sh01' },
    ];
    expect(queues.map((queue) => seesQueue(wang, queue))).toEqual([true, false, false]);
    expect(queues.map((queue) => seesQueue(chen, queue))).toEqual([true, true, false]);
  });

  test('who serves a queue has a desk', () => {
    expect([wang, chen].map(takesCalls)).toEqual([true, false]);
  });
});
