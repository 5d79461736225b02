import { agentsNeeded, erlangB, servedWithin } from '../../../../src/domain/staffing/erlang';
import { seeded } from '../../../simulation/random';

/** Published tables of Erlang B. */
test.each([
  [1, 1, 0.5],
  [5, 10, 0.018385],
  [10, 15, 0.036497],
  [20, 30, 0.008457],
  [100, 117, 0.0098],
  [0, 5, 0],
  [3, 0, 1],
])('%d erlang on %d channels lose %d', (erlangs, channels, share) => {
  expect(erlangB(erlangs, channels)).toBeCloseTo(share, 4);
});

/** Erlang C, to which patience without end leads: the textbook's 80/20 cases. */
test.each([
  [8, 10, 0, 1 - 0.40918],
  [8, 10, 20_000, 1 - 0.40918 * Math.exp((-(10 - 8) * 20) / 180)],
  [20, 24, 20_000, 1 - 0.297_5 * Math.exp((-(24 - 20) * 20) / 180)],
])('%d erlang, %d agents, within %d ms, nobody hangs up', (erlangs, agents, withinMs, share) => {
  const load = { arrivals: erlangs / 180, handlingMs: 180_000, patienceMs: Infinity };
  expect(servedWithin(load, agents, withinMs)).toBeCloseTo(share, 3);
});

/**
 * Mandelbaum and Zeltyn, "The Palm/Erlang-A queue, with applications to call centers" (2005), section 2: 50 agents, 48
 * calls a minute of one minute each. With a mean patience of two minutes 3.1 % hang up; with a patience without end
 * one of ten waits longer than 58.1 s.
 */
describe('the table of the literature', () => {
  const load = { arrivals: 48 / 60, handlingMs: 60_000 };

  test('those who hang up', () => {
    const served = servedWithin({ ...load, patienceMs: 120_000 }, 50, 3_600_000);
    expect(1 - served).toBeCloseTo(0.031, 3);
  });

  test('those who wait long, where nobody hangs up', () => {
    const late = 1 - servedWithin({ ...load, patienceMs: Infinity }, 50, 58_100);
    expect(late).toBeCloseTo(0.1, 3);
  });
});

/** The queue itself, event by event: the share answered within the goal. */
function simulated(
  {
    arrivals,
    handlingMs,
    patienceMs,
  }: { arrivals: number; handlingMs: number; patienceMs: number },
  agents: number,
  withinMs: number,
): number {
  const random = seeded(7);
  const draw = (mean: number): number => -mean * Math.log(1 - random.below(1 << 30) / (1 << 30));
  const freeAt = Array.from({ length: agents }, () => 0);
  let [now, served] = [0, 0];
  const callers = 200_000;
  for (let caller = 0; caller < callers; caller += 1) {
    now += draw(1000 / arrivals);
    const first = freeAt.indexOf(Math.min(...freeAt));
    const wait = Math.max(0, (freeAt[first] ?? 0) - now);
    if (wait > draw(patienceMs)) continue;
    freeAt[first] = now + wait + draw(handlingMs);
    if (wait <= withinMs) served += 1;
  }
  return served / callers;
}

test.each([
  [{ arrivals: 0.05, handlingMs: 180_000, patienceMs: 60_000 }, 8, 15_000],
  [{ arrivals: 0.05, handlingMs: 180_000, patienceMs: 60_000 }, 10, 15_000],
  [{ arrivals: 0.02, handlingMs: 240_000, patienceMs: 120_000 }, 3, 20_000],
  [{ arrivals: 0.2, handlingMs: 150_000, patienceMs: 90_000 }, 28, 20_000],
])('%j with %d agents: as the queue itself does', (load, agents, withinMs) => {
  expect(servedWithin(load, agents, withinMs)).toBeCloseTo(simulated(load, agents, withinMs), 1.9);
});

describe('agents needed', () => {
  const goal = { withinMs: 15_000, share: 0.8 };

  test('the fewest that reach the goal', () => {
    for (const arrivals of [0.001, 0.01, 0.05, 0.3, 2]) {
      const load = { arrivals, handlingMs: 200_000, patienceMs: 60_000 };
      const needed = agentsNeeded(load, goal);
      expect(servedWithin(load, needed, 15_000)).toBeGreaterThanOrEqual(0.8);
      expect(servedWithin(load, needed - 1, 15_000)).toBeLessThan(0.8);
    }
  });

  test('nobody for nobody, and no more than there can be', () => {
    const load = { arrivals: 50, handlingMs: 200_000, patienceMs: 60_000 };
    expect(agentsNeeded({ ...load, arrivals: 0 }, goal)).toBe(0);
    expect(agentsNeeded(load, goal, 20)).toBe(20);
  });

  test('patience of callers spares agents', () => {
    const load = { arrivals: 0.1, handlingMs: 200_000 };
    const [short, endless] = [30_000, Infinity].map((patienceMs) =>
      agentsNeeded({ ...load, patienceMs }, goal),
    );
    expect(short).toBeLessThanOrEqual(endless ?? 0);
  });
});
