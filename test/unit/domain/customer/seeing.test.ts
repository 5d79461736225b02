import { booksOf, lastFour, seesWhole, shownNumber } from '../../../../src/domain/customer/seeing';
import { OFFICES, PEOPLE, PLAN } from '../../../support/two-stores';

const who = (id: string) => [...PEOPLE, ...OFFICES].find((one) => one.id === id)!;

test('customers are seen in the books of the stores that one reads', () => {
  expect(booksOf(PLAN, who('wang'), 'store.read')).toEqual(['store:bj01']);
  expect(booksOf(PLAN, who('song'), 'store.read')).toEqual(['store:bj01', 'store:sh01']);
  expect(booksOf(PLAN, who('song'), 'store.read', 'sh01')).toEqual(['store:sh01']);
  expect(booksOf(PLAN, who('wang'), 'store.read', 'sh01')).toEqual([]);
  const groups = [{ id: 'north', name: '', sharesCustomers: true }];
  const stores = PLAN.stores.map((store) => ({ ...store, group: 'north' }));
  expect(booksOf({ ...PLAN, groups, stores }, who('wang'), 'store.read')).toEqual(['group:north']);
});

test('and those are worked in the books of the stores in which one works', () => {
  expect(booksOf(PLAN, who('qian'), 'leads.work')).toEqual([]);
  expect(booksOf(PLAN, who('tang'), 'leads.work')).toEqual(['store:bj01', 'store:sh01']);
});

test.each([
  ['wang', 'wang', true],
  ['wang', 'li', false],
  ['wang', null, false],
  ['chen', 'li', true],
  ['qian', null, true],
  ['zhou', 'li', false],
  ['song', 'li', true],
])('%s of a lead of %p in bj01: %p', (person, ownerId, whole) => {
  expect(seesWhole(who(person), [{ storeId: 'bj01', ownerId }])).toBe(whole);
});

test('others see the last four digits, and of a short one nothing', () => {
  expect(shownNumber('+8613800138000', false)).toBe('****8000');
  expect(shownNumber('+8613800138000', true)).toBe('+8613800138000');
  expect(['', '10086', '1008600'].map(lastFour)).toEqual(['', '****', '****']);
});
