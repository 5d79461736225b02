import { differenceOf } from '../../../../src/domain/plan-difference/difference';
import { differenceLines } from '../../../../src/domain/plan-difference/words';

const PLAN = {
  sip: { realm: 'openline' },
  trunks: [
    { id: 'a', from: ['10.0.0.1'] },
    { id: 'b', from: ['10.0.0.2'] },
  ],
  hotlines: [{ number: '400', queue: 'sales', ringBack: { tries: 3, after: ['asked'] } }],
  people: [{ id: 'wang', name: '王芳', password: 'stamp-1', pin: 'stamp-2' }],
};

const lines = (after: object, language: 'zh' | 'en' = 'en', before: object = PLAN) =>
  differenceLines(differenceOf({ ...before }, { ...PLAN, ...after }), language);

test('of two that are the same there is none, whatever the order of their keys', () => {
  const [hotline] = PLAN.hotlines;
  const ringBack = { after: ['asked'], tries: 3 };
  expect(lines({ hotlines: [{ ringBack, number: '400', queue: hotline?.queue }] })).toEqual([]);
});

test.each<[string, object, string[]]>([
  [
    'what is new stands with what is said of it',
    { hotlines: [...PLAN.hotlines, { number: '401', queue: 'service', menu: { sales: 'sales' } }] },
    ['hotlines', '  + 401 (queue: service, menu: { sales: sales })'],
  ],
  ['what has gone stands alone', { people: [] }, ['people', '  - wang']],
  [
    'a field has its place, and both values',
    { hotlines: [{ number: '400', queue: 'sales', ringBack: { tries: 4, after: [] } }] },
    ['hotlines', '  ~ 400: ringBack.tries: 3 -> 4; ringBack.after: [asked] -> []'],
  ],
  [
    'what was not said, or is said no longer, is nothing',
    { hotlines: [{ number: '400', queue: 'sales', language: 'en' }] },
    [
      'hotlines',
      '  ~ 400: language: (nothing) -> en; ringBack: { tries: 3, after: [asked] } -> (nothing)',
    ],
  ],
  [
    'of a section that is no list, too',
    { sip: { realm: 'x' } },
    ['sip', '  ~ realm: openline -> x'],
  ],
  ['a section that is new', { entities: [{ id: 'e1' }] }, ['entities', '  + e1 ()']],
  ['one object that is new', { forms: { a: 1 } }, ['forms', '  + a: 1']],
  [
    'another order is told',
    { trunks: [...PLAN.trunks].reverse() },
    ['trunks', '  ~ order: [a, b] -> [b, a]'],
  ],
])('%s', (_what, after, expected) => {
  expect(lines(after)).toEqual(expected);
});

test('of a secret only that it changed is said, and of who is new none of it', () => {
  const people = [
    { id: 'wang', name: '王芳', password: 'other' },
    { id: 'li', name: '李娜', password: 'stamp-3' },
  ];
  expect(lines({ people })).toEqual([
    'people',
    '  + li (name: 李娜)',
    '  ~ wang: password: changed; pin: changed',
  ]);
  expect(lines({ people }, 'zh').at(-1)).toBe('  ~ wang: password: 已更改; pin: 已更改');
  expect(JSON.stringify(differenceOf(PLAN, { ...PLAN, people }))).not.toMatch(/stamp|other/);
  expect(JSON.stringify(differenceOf(PLAN, { ...PLAN, people: [] }))).not.toMatch(/stamp/);
});
