import {
  downLast,
  gatewayOrder,
  shownNumber,
  trunkOrder,
  trunksFor,
} from '../../../../src/domain/number/trunk-choice';
import type { Plan, PlanTrunk } from '../../../../src/domain/plan';
import { seeded } from '../../../simulation/random';

const gateway = (name: string, priority = 0, weight = 1) => ({
  ...{ address: `sip:${name}`, priority, weight },
});
const trunk = (id: string, parts: Partial<PlanTrunk> = {}): PlanTrunk => ({
  ...{ id, from: ['192.0.2.1'], channels: 30, ...parts },
});

test.each([
  [0, 'a b c z'],
  [0.24, 'a b c z'],
  [0.26, 'b a c z'],
  [0.76, 'c a b z'],
  [0.999, 'c a b z'],
])('chance %d among weights 1, 2, 1 gives %s', (chance, order) => {
  const gateways = [gateway('z', 1, 9), gateway('a'), gateway('b', 0, 2), gateway('c')];
  const drawn = gatewayOrder(gateways, once(chance)).map(({ address }) => address.slice(4));
  expect(drawn.join(' ')).toBe(order);
});

test.each([
  [0.1, 'first a b c last'],
  [0.5, 'first b a c last'],
  [0.99, 'first c a b last'],
])('chance %d among neighbours of weights 1, 3, 1 gives %s', (chance, order) => {
  const [a, b, c] = [1, 3, 1].map((weight, i) => trunk('abc'[i] ?? '', { weight })) as [
    ...[PlanTrunk, PlanTrunk, PlanTrunk],
  ];
  const asked = trunkOrder([trunk('first'), a, b, c, trunk('last')], once(chance));
  expect(asked.map(({ id }) => id).join(' ')).toBe(order);
});

test('a weight shares with neighbours that have one, and with nobody beyond them', () => {
  const trunks = [trunk('a', { weight: 1 }), trunk('b'), trunk('c', { weight: 9 })];
  expect(trunkOrder(trunks, () => 0.99).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
});

test.each([1, 2, 3])('of a thousand calls each trunk gets its share, seed %i', (seed) => {
  const trunks = [trunk('a', { weight: 1 }), trunk('b', { weight: 3 }), trunk('c', { weight: 6 })];
  const { next } = seeded(seed);
  const firsts = Array.from({ length: 1000 }, () => trunkOrder(trunks, next)[0]?.id);
  const shares = ['a', 'b', 'c'].map((id) => firsts.filter((one) => one === id).length);
  for (const [i, share] of [100, 300, 600].entries())
    expect(Math.abs((shares[i] ?? 0) - share)).toBeLessThan(50);
});

/** The first draw by chance, the others in order. */
function once(first: number): () => number {
  const draws = [first];
  return () => draws.pop() ?? 0;
}

test('what is down is tried last', () => {
  expect(downLast([1, 2, 3, 4], (one) => one < 3)).toEqual([3, 4, 1, 2]);
});

test('trunks that send, with the number that each shows', () => {
  const plan = {
    hotlines: [{ number: '4008001234', store: 'bj01', queue: 'q', notice: 'none' }],
    trunks: [
      trunk('receives'),
      trunk('said', { to: [gateway('a')], area: '010', shows: { number: '62345678' } }),
      trunk('has', { to: [gateway('a')], numbers: ['02162345678'] }),
      trunk('none', { to: [gateway('a')] }),
    ],
  } as unknown as Plan;
  expect(trunksFor(plan, 'bj01')).toEqual([
    { trunkId: 'said', callerId: '+861062345678' },
    { trunkId: 'has', callerId: '+862162345678' },
    { trunkId: 'none', callerId: '+864008001234' },
  ]);
  expect(trunksFor(plan, 'sh01').at(-1)).toEqual({ trunkId: 'none', callerId: '' });
});

test.each<[string, Partial<PlanTrunk>, string]>([
  ['+861062345678', {}, '01062345678'],
  ['+861062345678', { area: '010' }, '01062345678'],
  ['+861062345678;ext=8', { dials: 'e164' }, '+861062345678'],
  ['+8613800138000', {}, '13800138000'],
  ['+85223456789', {}, '+85223456789'],
  ['+85223456789', { country: 'HK' }, '23456789'],
  ['', {}, ''],
])('%s through a trunk of %j is shown as %s', (key, parts, shown) => {
  expect(shownNumber(key, trunk('t', parts), 'CN')).toBe(shown);
});
