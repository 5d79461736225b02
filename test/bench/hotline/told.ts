import { heldOf } from '../../../src/domain/queue/expect';
import { SEEDS, waitsIn, WORLDS } from '../../simulation/expect-worlds';
import { rounded } from '../quantile';

/**
 * Whether what callers are told of their wait comes true. A range of minutes is judged by waits of minutes,
 * and twenty of them come before the first that is told: these lines are the simulated ones of "Waiting
 * time" (docs/performance.md), what is told in them is the product's own code.
 *   waitErrorCoverage   share of the ranges told, in all lines together, that held; who left before his could
 *                       prove wrong counts neither way
 */
export interface ToldLoad {
  /** Of the seeds, so many. */
  seeds: number;
  /** Of the lines, so many. */
  lines: number;
}

export function toldCoverage(load: ToldLoad): { waitErrorCoverage: number; failed: number } {
  const held = Object.values(WORLDS)
    .slice(0, load.lines)
    .flatMap((world) => SEEDS.slice(0, load.seeds).flatMap((seed) => waitsIn(world, seed)))
    .flatMap(({ expected, came }) => (expected?.told ? (heldOf(expected, came) ?? []) : []));
  const coverage = held.filter(Boolean).length / held.length;
  return { waitErrorCoverage: rounded(coverage, 3), failed: 0 };
}
