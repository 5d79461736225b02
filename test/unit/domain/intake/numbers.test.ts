import { readNumbers } from '../../../../src/domain/intake/numbers';
import { numberBook } from '../../../../src/domain/number/book';
import { PLAN } from '../../../support/two-stores';

const book = numberBook({
  ...PLAN,
  numbers: { switchboards: ['010 8888 6666'], premium: ['0755160'] },
});
const read = (cell: string | number, area = '') => readNumbers(cell, { book, area, at: 0 });
const keys = (cell: string | number, area = '') => {
  const result = read(cell, area);
  return 'code' in result ? result.code : result.value.map(({ number }) => number);
};

const MOBILE = ['+8613800138000'];

test.each<string | number>([
  '13800138000',
  13_800_138_000,
  '13800138000.0',
  '+86 138 0013 8000',
  '0086-138-0013-8000',
  '8613800138000',
  '013800138000',
  '138-0013-8000',
  '１３８００１３８０００',
  '＋８６　138 0013 8000',
  '\u202a+86 138 0013 8000\u202c',
  '="13800138000"',
  "'13800138000",
  '手机：138 0013 8000',
  'Tel: 13800138000',
  '13800138000 / 138 0013 8000',
])('%s is a mobile number', (cell) => expect(keys(cell)).toEqual(MOBILE));

test.each<[string, string[]]>([
  ['010-82345678', ['+861082345678']],
  ['（010）8234 5678', ['+861082345678']],
  ['010-82345678转801', ['+861082345678;ext=801']],
  ['010 8234 5678 分机 801', ['+861082345678;ext=801']],
  ['010-82345678-801', ['+861082345678;ext=801']],
  ['0311-86012345', ['+8631186012345']],
  ['13800138000、010-82345678转8', ['+8613800138000', '+861082345678;ext=8']],
  ['13800138000 13900139000', ['+8613800138000', '+8613900139000']],
  ['13800138000/13900139000', ['+8613800138000', '+8613900139000']],
  ['13800138000\n13900139000', ['+8613800138000', '+8613900139000']],
  ['+86 138 0013 8000、+86 139 0013 9000', ['+8613800138000', '+8613900139000']],
  ['+852 2345 6789', ['+85223456789']],
  ['', []],
])('%s is %j', (cell, expected) => expect(keys(cell)).toEqual(expected));

test('a local number is one of the area of the store, if it is said', () => {
  expect(keys('82345678', '010')).toEqual(['+861082345678']);
  expect(keys('82345678')).toBe('NUMBER_NO_AREA');
});

test('the plan says which line is a switchboard', () => {
  expect(read('010-88886666')).toEqual({
    value: [{ number: '+861088886666', kind: 'switchboard' }],
  });
});

test.each([
  ['1.38E+10', 'NUMBER_SCIENTIFIC'],
  ['1.38001E10', 'NUMBER_SCIENTIFIC'],
  ['138****8000', 'NUMBER_MASKED'],
  ['138XXXX8000', 'NUMBER_MASKED'],
  ['1380013800', 'NUMBER_LENGTH'],
  ['138001380000', 'NUMBER_LENGTH'],
  ['没有', 'NUMBER_UNREADABLE'],
  ['54321', 'NUMBER_UNREADABLE'],
  ['13800138000、没有', 'NUMBER_UNREADABLE'],
  ['110', 'NUMBER_OF_NOBODY'],
  ['10086', 'NUMBER_OF_NOBODY'],
  ['95588', 'NUMBER_OF_NOBODY'],
  ['400-810-8888', 'NUMBER_OF_NOBODY'],
  [Array(6).fill('13800138000').join('、'), 'NUMBERS_TOO_MANY'],
])('%s is refused: %s', (cell, code) => expect(keys(cell)).toBe(code));
