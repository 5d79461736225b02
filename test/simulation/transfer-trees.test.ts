import { growTree } from './transfer-trees';

const TREES = 1000;

/** Where no tree has been, nothing was proved. */
const REACHED = [
  ...['talking', 'held', 'parked', 'transferring', 'forwarded', 'consulting'].flatMap((state) => [
    `inbound ${state}`,
    `outbound ${state}`,
  ]),
  ...['third', 'customer', 'all', 'in line'].flatMap((hears) => [
    `inbound consulting ${hears}`,
    `outbound consulting ${hears}`,
  ]),
  ...['outbound calling', 'internal calling', 'internal talking', 'outbound queued'],
  ...[
    'talks joined',
    'talk taken over',
    'call taken',
    'hung up at a desk',
    'own leg ended in a talk',
  ],
];

test(`${TREES} random trees of transfers leave no leg, no stuck agent, no recording without its talk`, () => {
  let talks = 0;
  const reached = new Set<string>();
  const seeds = Array.from({ length: TREES }, (_, n) => n + 1);
  const only = Number(process.env['TREE_SEED'] ?? 0);
  for (const seed of only > 0 ? [only] : seeds) {
    const tree = growTree(seed);
    expect(tree.fault).toBeNull();
    talks += tree.talks;
    for (const state of tree.reached) reached.add(state);
  }
  if (only > 0) return;
  // Trees without transfers would prove little.
  expect(talks).toBeGreaterThan(2 * TREES);
  expect(REACHED.filter((state) => !reached.has(state))).toEqual([]);
}, 120_000);
