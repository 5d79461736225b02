import { farewellPrompts, playIdFor, welcomePrompts } from '../../../../src/domain/call/prompts';

test.each([
  ['rings-out', true, ['greeting', 'recording-notice']],
  ['rings-out', false, ['greeting']],
  ['all-busy', true, ['greeting', 'recording-notice', 'all-busy']],
  ['all-busy', false, ['greeting', 'all-busy']],
] as const)('welcome %s, notice owed: %s', (welcome, owed, prompts) => {
  expect(welcomePrompts(welcome, owed)).toEqual(prompts);
});

test('a farewell promises only what can be kept', () => {
  expect(farewellPrompts(true, 'nobody-signed-in')).toEqual(['no-agents', 'promise-taken']);
  expect(farewellPrompts(false, 'nobody-signed-in')).toEqual(['no-agents', 'no-number']);
  expect(farewellPrompts(true, 'after-hours')).toEqual(['closed', 'promise-taken']);
  expect(farewellPrompts(false, 'holiday')).toEqual(['holiday', 'no-number']);
  expect(farewellPrompts(true, 'closure')).toEqual(['no-agents', 'promise-taken']);
});

test('plays of one leg have different ids', () => {
  expect(playIdFor('leg', 'welcome')).not.toBe(playIdFor('leg', 'notice'));
});
