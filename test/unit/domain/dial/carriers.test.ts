import { trunksForHelp } from '../../../../src/domain/dial/carriers';
import type { Plan, PlanStore, PlanTrunk } from '../../../../src/domain/plan';

const trunk = (id: string, parts: Partial<PlanTrunk> = {}): PlanTrunk => ({
  ...{ id, from: ['192.0.2.1'], channels: 30, numbers: [`0106234567${id.length}`] },
  ...{ to: [{ address: `sip:${id}`, priority: 0, weight: 1 }], ...parts },
});
const store = (id: string, trunks: string[], group?: string): PlanStore => ({
  ...{ id, name: id, timezone: 'Asia/Shanghai', trunks, ...(group ? { group } : {}) },
});

const plan = {
  hotlines: [],
  stores: [
    store('bj01', ['b', 'a'], 'north'),
    store('bj02', ['keeps', 'lends', 'b', 'receives'], 'north'),
    store('sh01', ['far'], 'east'),
    store('alone', ['a']),
    store('other', ['far']),
  ],
  trunks: [
    ...[trunk('a'), trunk('b', { dial: [], lendsForHelp: true }), trunk('keeps')],
    ...[trunk('lends', { lendsForHelp: true }), trunk('far', { lendsForHelp: true })],
    trunk('receives', { lendsForHelp: true, to: [] }),
  ],
} as unknown as Plan;

test.each([
  ['bj01', ['b', 'a', 'lends']],
  ['bj02', ['keeps', 'lends', 'b']],
  ['sh01', ['far']],
  ['alone', ['a']],
])('help of store %s goes by %j: its own, then what its group lends', (id, via) => {
  const { callerId, ...rest } = trunksForHelp(plan, id);
  expect(rest).toEqual({ via });
  expect(callerId).not.toBe('');
});
