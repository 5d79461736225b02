import { growTree } from './transfer-trees';

const TREES = 1000;

test(`${TREES} random trees of transfers leave no leg, no stuck agent, no recording without its talk`, () => {
  let talks = 0;
  const seeds = Array.from({ length: TREES }, (_, n) => n + 1);
  const only = Number(process.env['TREE_SEED'] ?? 0);
  for (const seed of only > 0 ? [only] : seeds) {
    const tree = growTree(seed);
    expect(tree.fault).toBeNull();
    talks += tree.talks;
  }
  // Trees without transfers would prove little.
  if (only === 0) expect(talks).toBeGreaterThan(2 * TREES);
});
