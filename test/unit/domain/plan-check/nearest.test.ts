import { nearest } from '../../../../src/domain/plan-check/nearest';
import { checkPlan } from '../../../../src/domain/plan-check';
import { FRESH } from '../../../support/checked-plan';

const STRATEGIES = ['longest-idle', 'round-robin', 'ring-all'];

test.each([
  ['hotline', ['hotlines', 'hours'], 'hotlines'],
  ['stroe', ['store', 'stores'], 'store'],
  ['Longest_Idle', STRATEGIES, 'longest-idle'],
  ['ringall', STRATEGIES, 'ring-all'],
  ['linear', STRATEGIES, null],
  ['q', ['queue', 'id'], null],
  ['ix', ['id', 'name'], 'id'],
  ['', ['a'], null],
  ['x'.repeat(9999), STRATEGIES, null],
])('%s among %j is meant to be %s', (word, words, meant) => {
  expect(nearest(word, words)).toBe(meant);
});

test.each<[object, string, string]>([
  [{ hotline: [] }, 'did', 'Did you mean "hotlines"?'],
  [{ stores: [{ id: 'a', nmae: 'A' }] }, 'a key', '"nmae" is not known here. Did you mean "name"?'],
  [
    { stores: [{ id: 'a', name: 'A' }], queues: [{ id: 'q', store: 'a', strategy: 'ring_all' }] },
    'a value',
    'Did you mean "ring-all"?',
  ],
  [
    { stores: [{ id: 'bj01', name: 'A' }], queues: [{ id: 'q', store: 'bj1' }] },
    'a reference',
    'There is no "bj1" among the stores. Did you mean "bj01"?',
  ],
])('%#: what was meant is said of %s', (document, _what, said) => {
  const check = checkPlan({ stores: [], ...document }, FRESH);
  const texts = check.ok ? [] : check.problems.map(({ zh, en }) => ({ zh, en }));
  const text = texts.find(({ en }) => en.includes(said));
  expect(texts.map(({ en }) => en).join()).toContain(said);
  expect(text?.zh).toContain('是否想写“');
});
