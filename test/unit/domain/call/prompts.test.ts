import {
  absencePrompts,
  farewellPrompts,
  playIdFor,
  waitPrompts,
  welcomePrompts,
} from '../../../../src/domain/call/prompts';

test.each([
  ['rings-out', true, ['greeting', 'recording-notice']],
  ['rings-out', false, ['greeting']],
  ['all-busy', true, ['greeting', 'recording-notice', 'all-busy']],
  ['all-busy', false, ['greeting', 'all-busy']],
] as const)('welcome %s, notice owed: %s', (welcome, owed, prompts) => {
  expect(welcomePrompts(welcome, owed)).toEqual(prompts);
});

test.each([
  ['nobody-signed-in', ['no-agents'], ['promise-taken']],
  ['hopeless', ['no-agents'], ['promise-taken']],
  ['closure', ['no-agents'], ['promise-taken']],
  ['after-hours', ['closed'], ['promise-taken']],
  ['holiday', ['holiday'], ['promise-taken']],
  ['asked', [], ['callback-taken']],
] as const)('%s: told why, and promised only what can be kept', (why, absence, promised) => {
  expect(absencePrompts(why)).toEqual(absence);
  expect(farewellPrompts(true, why)).toEqual(promised);
  expect(farewellPrompts(false, why)).toEqual(['no-number']);
});

const time = (from: number, to: number) => ['wait-time', { minutesRange: [from, to] }];

test.each([
  [{ range: [2, 5] }, {}, true, [{ position: 3 }, ...time(2, 5), 'callback-offer']],
  [{ range: [2, 5] }, {}, false, [{ position: 3 }, ...time(2, 5)]],
  [{ range: null }, {}, true, [{ position: 3 }, 'callback-offer']],
  [
    { range: [0, 1], isTold: true },
    {},
    true,
    ['still-busy', { position: 3 }, ...time(0, 1), 'callback-offer'],
  ],
  [{ range: [2, 5] }, { position: false }, false, time(2, 5)],
  [{ range: [2, 5] }, { wait: false }, false, [{ position: 3 }]],
  [{ range: [2, 5] }, { wait: false, position: false }, false, []],
  [{ range: [40, 90] }, {}, false, [{ position: 3 }, 'wait-time', 'more-than', { minutes: 40 }]],
  [{ range: [4, 90] }, {}, false, [{ position: 3 }]],
  [
    { range: [2000, 3000] },
    { position: false },
    false,
    ['wait-time', 'more-than', { minutes: 999 }],
  ],
  [{ range: null, position: 10_000 }, {}, false, []],
  [{ range: null, position: 0 }, {}, false, []],
] as const)(
  'who waits as %j, with %j, is told of a callback: %s',
  (stands, rules, may, prompts) => {
    const wait = { position: 3, isTold: false, isDue: true, ...stands };
    expect(waitPrompts(wait, rules, may)).toEqual(prompts);
  },
);

test('plays of one leg have different ids', () => {
  expect(playIdFor('leg', 'welcome')).not.toBe(playIdFor('leg', 'notice'));
});
