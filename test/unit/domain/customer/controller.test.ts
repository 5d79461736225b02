import { controllerOf } from '../../../../src/domain/customer/controller';

/** In whose books a store's customers are (PIPL, Q06). */
const PLAN = {
  groups: [
    { id: 'north', name: '北方集团', sharesCustomers: true },
    { id: 'south', name: '南方集团' },
  ],
  entities: [
    { id: 'bj-ltd', name: '北京公司', group: 'north' },
    { id: 'gz-ltd', name: '广州公司', group: 'south' },
    { id: 'alone', name: '独立公司' },
  ],
  stores: [
    { id: 'bj01', entity: 'bj-ltd' },
    { id: 'tj01', group: 'north' },
    { id: 'gz01', entity: 'gz-ltd' },
    { id: 'gz02', group: 'south' },
    { id: 'xa01', entity: 'alone' },
    { id: 'cd01' },
    { id: 'cd02', group: 'named-only' },
  ],
};

test.each([
  ['bj01', 'group:north'],
  ['tj01', 'group:north'],
  ['gz01', 'entity:gz-ltd'],
  ['gz02', 'store:gz02'],
  ['xa01', 'entity:alone'],
  ['cd01', 'store:cd01'],
  ['cd02', 'store:cd02'],
])('%s: %s', (store, controller) => {
  expect(controllerOf(PLAN, store)).toBe(controller);
});

test('a group that says that it does not share shares nothing', () => {
  const groups = [{ id: 'north', name: '北方集团', sharesCustomers: false }];
  expect(controllerOf({ ...PLAN, groups }, 'bj01')).toBe('entity:bj-ltd');
});
