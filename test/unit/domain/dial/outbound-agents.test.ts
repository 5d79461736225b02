import { outboundAgents, type Staff } from '../../../../src/domain/dial/outbound-agents';

const free = ['ann', 'bea', 'cui'].map((id, idleSince) => ({ id, idleSince }));
const floor = (need: number, ...ids: string[]) => ({ need, free: new Set(ids) });

test.each<[string, Partial<Staff>, string[]]>([
  ['nothing is reserved', {}, ['ann', 'bea', 'cui']],
  ['of three two are left', { reserved: 2 }, ['ann']],
  ['more are reserved than there are', { reserved: 4 }, []],
  ['who has a caller is left to callers, too', { reserved: 2, atWork: 5 }, ['ann', 'bea', 'cui']],
  ['who is at a call of ours is not', { reserved: 2, atWork: 5, calling: 2 }, ['ann']],
  ['whom a caller waits for', { isAwaited: (id) => id === 'ann' }, ['bea', 'cui']],
  ['whom a queue keeps', { floors: [floor(1, 'ann', 'bea'), floor(1, 'bea')] }, ['cui']],
  ['one of several whom a queue keeps', { floors: [floor(1, 'ann', 'bea')] }, ['ann', 'cui']],
])('%s: %j', (_, facts, expected) => {
  const staff = { reserved: 0, atWork: 3, calling: 0, isAwaited: () => false, floors: [] };
  expect(outboundAgents({ ...staff, free, ...facts })).toEqual(expected);
});
