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
  [{ range: [2, 5] }, {}, 'last', [{ position: 3 }, ...time(2, 5), 'callback-offer']],
  [{ range: [2, 5] }, {}, 'none', [{ position: 3 }, ...time(2, 5)]],
  [{ range: null }, {}, 'last', [{ position: 3 }, 'callback-offer']],
  [
    { range: [0, 1], isTold: true },
    {},
    'last',
    ['still-busy', { position: 3 }, ...time(0, 1), 'callback-offer'],
  ],
  [{ range: [2, 5] }, { position: false }, 'none', time(2, 5)],
  [{ range: [2, 5] }, { wait: false }, 'none', [{ position: 3 }]],
  [{ range: [2, 5] }, { wait: false, position: false }, 'none', []],
  [{ range: [40, 90] }, {}, 'none', [{ position: 3 }, 'wait-time', 'more-than', { minutes: 40 }]],
  [{ range: [4, 90] }, {}, 'none', [{ position: 3 }]],
  [
    { range: [2000, 3000] },
    { position: false },
    'none',
    ['wait-time', 'more-than', { minutes: 999 }],
  ],
  [{ range: null, position: 10_000 }, {}, 'none', []],
  [{ range: null, position: 0 }, {}, 'none', []],
  [{ range: [2, 5] }, {}, 'first', ['callback-offer', { position: 3 }, ...time(2, 5)]],
] as const)(
  'who waits as %j, with %j, is offered a callback: %s',
  (stands, rules, offer, prompts) => {
    const wait = { position: 3, isTold: false, isDue: true, ...stands };
    expect(waitPrompts(wait, rules, offer)).toEqual(prompts);
  },
);

test('plays of one leg have different ids', () => {
  expect(playIdFor('leg', 'welcome')).not.toBe(playIdFor('leg', 'notice'));
});
