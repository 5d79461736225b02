import type { PlanPerson, Post } from '../../../src/domain/plan';
import {
  FIRST_ADMINISTRATOR,
  firstPasswordText,
  peopleOf,
  personIn,
} from '../../../src/domain/sign-in/first-administrator';
import { lostPosts } from '../../../src/domain/sign-in/lost-posts';
import { whyRefused } from '../../../src/domain/sign-in/password-rules';
import { PEOPLE, PLAN, person } from '../../support/two-stores';

const planOf = (...people: [string, Post][]) => ({
  ...PLAN,
  people: people.map(([id, post]): PlanPerson => person(id, post, 'bj01')),
});

describe('the first administrator', () => {
  test.each([
    ['an empty plan', planOf(), true],
    ['a plan without one', planOf(['wang', 'telemarketer'], ['chen', 'supervisor']), true],
    ['a plan with one of some stores', planOf(['zhao', 'administrator']), true],
    ['a plan with one of all', { ...PLAN, people: PEOPLE }, false],
    ['a plan with somebody of his name', planOf(['admin', 'telemarketer']), false],
  ])('of %s', (_what, plan, stands) => {
    expect(personIn(plan, 'admin') === FIRST_ADMINISTRATOR).toBe(stands);
    expect(peopleOf(plan).length - plan.people.length).toBe(stands ? 1 : 0);
  });

  test('is told where to go and what to say', () => {
    const text = firstPasswordText('abcd-efgh', 'http://127.0.0.1:8080');
    expect(text).toMatch(/http:\/\/127\.0\.0\.1:8080[^]*admin[^]*abcd-efgh/);
    // Programs read lines of JSON beside it.
    expect(text).not.toContain('{');
  });
});

test.each([
  ['short', 'ninechars'],
  ['short', '密码密码密码密码密'],
  ['common', '1234567890'],
  ['common', 'PassWord123'],
  ['common', 'aaaaaaaaaaaa'],
  ['common', 'abababababab'],
  ['user', 'wangwei-123'],
  ['same', 'what it was before'],
  [null, 'wangwei is my name, they say'],
  [null, 'correct horse'],
  [null, '小红帽去看外婆了呀呀'],
])('whether he may choose it: %p of %p', (why, password) => {
  expect(whyRefused(password, { personId: 'wangwei', current: 'what it was before' })).toBe(why);
});

describe('who holds a post less', () => {
  const chen = person('chen', 'supervisor', 'bj01');
  const inTwo = {
    ...chen,
    posts: [
      { post: 'supervisor' as const, stores: ['bj01', 'sh01'] },
      { post: 'quality' as const, stores: ['bj01'] },
    ],
  };
  const withPosts = (...posts: typeof inTwo.posts) => ({ ...inTwo, posts });
  test.each([
    ['the same', inTwo, { ...inTwo, name: 'another' }, []],
    ['another post', chen, { ...chen, post: 'telemarketer' as const }, ['chen']],
    ['another store', chen, { ...chen, store: 'sh01' }, ['chen']],
    ['more', chen, inTwo, []],
    ['a post less', inTwo, withPosts(inTwo.posts[0]!), ['chen']],
    ['a store less', inTwo, chen, ['chen']],
  ])('%s', (_what, before, after, who) => {
    expect(lostPosts([before], [after])).toEqual(who);
    // Who left altogether is another matter.
    expect(lostPosts([before], [])).toEqual([]);
  });
});
