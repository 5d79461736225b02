import {
  enteredNumber,
  numberingOf,
  readBack,
  USUAL_NUMBERING,
} from '../../../../src/domain/number/entered';
import { planWith } from '../../../support/centre/plan';

const BEIJING = { country: 'CN', area: '010' };

test.each([
  ['13800138000', '+8613800138000'],
  ['008613800138000', '+8613800138000'],
  ['01062345678', '+861062345678'],
  ['0085223456789', '+85223456789'],
  ['62345678', null],
  ['123', null],
  ['110', null],
  ['1380013', null],
  ['138001380001', null],
  ['00000000000', null],
])('who keys in %s is called at %s', (digits, number) => {
  expect(enteredNumber(digits, USUAL_NUMBERING)).toBe(number);
});

test('a local number is one of the area of the trunks', () => {
  expect(enteredNumber('62345678', BEIJING)).toBe('+861062345678');
});

test.each([
  ['+8613800138000', '13800138000'],
  ['+861062345678', '01062345678'],
  ['+861062345678;ext=801', '01062345678'],
  ['+85223456789', '+85223456789'],
  ['10086', '10086'],
  ['alice', null],
  ['12', null],
  ['', null],
])('%s is read as %s', (number, read) => {
  expect(readBack(number)).toBe(read);
});

test('numbering is that of the store: of its trunks, if they are of one area', () => {
  const plan = planWith({});
  const [store] = plan.stores;
  const [trunk] = plan.trunks;
  if (!store || !trunk) throw new Error('the plan is empty');
  expect(numberingOf(plan, 'bj01')).toEqual(USUAL_NUMBERING);
  plan.trunks = [
    { ...trunk, id: 'a', area: '010' },
    { ...trunk, id: 'b', area: '021' },
  ];
  expect(numberingOf(plan, 'bj01')).toEqual(USUAL_NUMBERING);
  plan.stores = [{ ...store, trunks: ['a'] }];
  expect(numberingOf(plan, 'bj01')).toEqual(BEIJING);
  plan.trunks = [{ ...trunk, id: 'a', country: 'HK' }];
  expect(numberingOf(plan, 'bj01')).toEqual({ country: 'HK', area: '' });
});
