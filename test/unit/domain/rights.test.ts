import { POSTS, type Post } from '../../../src/domain/plan';
import { hasRight, rightsOf, seesQueue, seesStore, takesCalls } from '../../../src/domain/rights';
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
    [
      'administrator',
      [
        ...['store.read', 'hotlines.read', 'numbers.confirm', 'promises.settle'],
        ...['store.oversee', 'recordings.hear'],
        ...['hotlines.close', 'callers.block', 'forms.correct', 'plan.apply'],
        ...['edge.guard', 'prompts.replace'],
      ],
    ],
  ])('a %s has exactly his', (post, rights) => {
    expect(rightsOf(post)).toEqual(rights);
  });

  test('A15: a telemarketer may not hear recordings', () => {
    expect(hasRight(person('wang', 'telemarketer', 'bj01'), 'recordings.hear')).toBe(false);
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
