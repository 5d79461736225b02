import { cardOf } from '../../../../src/domain/lead/caller-card';

test('A18: the card of a customer has his vehicles, his type and his last contacts; of nobody it is empty', () => {
  const vehicles = [{ series: '3系', model: '320i', plate: '京A12345' }];
  const found = {
    ...{ result: 'found' as const, customerId: 'c', name: '张三', ownerId: 'wang' },
    ...{ ownerName: '王芳', customerType: '增购', vehicles },
  };
  expect(cardOf(found, 'call-1')).toEqual({
    ...{ level: null, source: null, owner: { agentId: 'wang', name: '王芳' } },
    ...{ customerType: '增购', vehicles, contacts: [] },
  });
  expect(cardOf({ result: 'none' }, 'call-1')).toMatchObject({ customerType: null, vehicles: [] });
});
