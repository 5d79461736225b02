import { normaliseNumber } from '../../../../src/domain/number/normalise';

test.each([
  ['+8613800138000', '+8613800138000'],
  ['8613800138000', '+8613800138000'],
  ['008613800138000', '+8613800138000'],
  ['13800138000', '+8613800138000'],
  ['138 0013 8000', '+8613800138000'],
  ['138-0013-8000', '+8613800138000'],
  ['013800138000', '+8613800138000'],
  ['010-62345678', '+861062345678'],
  ['(010) 6234 5678', '+861062345678'],
  ['01062345678', '+861062345678'],
  ['4008001234', '+864008001234'],
  ['+85223456789', '+85223456789'],
  ['0085223456789', '+85223456789'],
  [' +8613800138000 ', '+8613800138000'],
])('%p is %p', (dialled, expected) => {
  expect(normaliseNumber(dialled)).toBe(expected);
});

test.each([
  '1381',
  '400',
  '10086',
  '110',
  '8001',
  'alice',
  '+999123',
  '1234567890123456789',
  '*98',
])('%p is no number of the world and stays as dialled', (dialled) => {
  expect(normaliseNumber(dialled)).toBe(dialled);
});

test.each(['', ' ', 'anonymous', 'Anonymous', 'unavailable', 'restricted', 'unknown', 'withheld'])(
  '%p is a withheld number',
  (dialled) => {
    expect(normaliseNumber(dialled)).toBe('');
  },
);

test('a normalised number stays as it is', () => {
  for (const dialled of ['13800138000', '1381', 'anonymous', '+85223456789']) {
    const once = normaliseNumber(dialled);
    expect(normaliseNumber(once)).toBe(once);
  }
});

test('another region reads local numbers in its own way', () => {
  expect(normaliseNumber('23456789', 'HK')).toBe('+85223456789');
});
