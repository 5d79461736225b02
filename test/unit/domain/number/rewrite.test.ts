import { isPattern, rewrite } from '../../../../src/domain/number/rewrite';

const made = (number: string, ...rules: Parameters<typeof rewrite>[0]) =>
  rewrite(rules, number).map((step) => step.number);

test.each([
  ['0|1[3-9]XXXXXXXXX', '', '013800138000', '13800138000'],
  ['|1[3-9]XXXXXXXXX', '0', '13800138000', '013800138000'],
  ['+86|.', '', '+8613800138000', '13800138000'],
  ['86|1NXXXXXXXXX', '', '8613800138000', '13800138000'],
  ['_0|.', '+86', '01082345678', '+861082345678'],
  ['400', '4008001234', '400', '4008001234'],
  ['12[3-57]X!', '9', '1274', '9'],
  ['12[3-57]|X!', '9', '12746', '946'],
  ['*98|', '0', '*98', '0'],
  ['zx|.', '', '101', '1'],
])('%p with %p makes of %p %p', (match, replace, number, expected) => {
  expect(made(number, { match, replace })).toEqual([expected]);
});

test.each([
  ['0|1[3-9]XXXXXXXXX', '012800138000'],
  ['0|1[3-9]XXXXXXXXX', '0138001380001'],
  ['0|1[3-9]XXXXXXXXX', '01380013800'],
  ['NX', '12'],
  ['Z', '0'],
  ['0.', '0'],
  ['12[3-57]', '126'],
])('%p does not match %p', (match, number) => {
  expect(made(number, { match, replace: '9' })).toEqual([]);
});

test('the first rule that matches is the last, unless it says continue', () => {
  const rules = [
    { match: '9|.', replace: '', continue: true },
    { match: '8|.', replace: '' },
    { match: '0|.', replace: '' },
    { match: '|.', replace: '7' },
  ];
  expect(made('9012', ...rules)).toEqual(['012', '12']);
  expect(made('9812', ...rules)).toEqual(['812', '12']);
  expect(made('12', ...rules)).toEqual(['712']);
});

test.each([
  '',
  '|',
  'a',
  '(1+)+',
  '.1',
  '!X',
  '1|2|3',
  '[',
  '[]',
  '[3-]',
  '[9-3]',
  '1 2',
  'X'.repeat(65),
])('%p is no pattern', (text) => expect(isPattern(text)).toBe(false));

test('a long number against a long pattern takes no time to speak of', () => {
  const match = `${'X'.repeat(62)}.`;
  const began = process.hrtime.bigint();
  for (let round = 0; round < 1000; round += 1) made('1'.repeat(64), { match, replace: '' });
  expect(Number(process.hrtime.bigint() - began) / 1e6).toBeLessThan(2000);
});
