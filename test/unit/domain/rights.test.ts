import { POSTS, TELEMARKETERS, type PlanPost, type Post } from '../../../src/domain/organisation';
import {
  hasRight,
  mayIn,
  rightsHeld,
  rightsOf,
  seesQueue,
  seesStore,
  storesOf,
  takesCalls,
} from '../../../src/domain/rights';
import { person } from '../../support/two-stores';

describe('rights of posts', () => {
  test.each<[Post, string[]]>([
    ['telemarketer', ['store.read', 'hotlines.read', 'numbers.confirm', 'promises.settle']],
    ['after-sales', ['store.read', 'hotlines.read', 'numbers.confirm', 'promises.settle']],
    [
      'supervisor',
      [
        'store.read',
        'hotlines.read',
        'numbers.confirm',
        'promises.settle',
        'store.oversee',
        'recordings.hear',
        'hotlines.close',
        'callers.block',
        'forms.correct',
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
    ['hq', ['store.read', 'hotlines.read', 'store.oversee', 'machine.oversee']],
    [
      'administrator',
      [
        ...['store.read', 'hotlines.read', 'numbers.confirm', 'promises.settle'],
        ...['store.oversee', 'machine.oversee', 'recordings.hear'],
        ...['hotlines.close', 'callers.block', 'forms.correct', 'plan.apply'],
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
    const hear = POSTS.filter((post) => hasRight(person('x', post, 'bj01'), 'recordings.hear'));
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
    expect(hasRight(both, 'recordings.hear')).toBe(true);
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
    expect(rightsHeld(program)).toEqual(['store.read']);
    expect(seesStore(program, 'sh01')).toBe(true);
    expect(mayIn(program, 'store.oversee', 'bj01')).toBe(false);
    const inOne = { ...both, limit: { rights: ['store.read'] as const, stores: ['sh01', 'tj01'] } };
    expect(storesOf(inOne, 'store.read')).toEqual(['sh01']);
    expect(hasRight({ ...both, limit: { rights: [] } }, 'store.read')).toBe(false);
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
