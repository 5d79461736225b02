/** The lines in which waiting times are tried: each is hard for another formula. */
import { figuresOf, simulateLine, type Figures, type Wait, type World } from './expect';
import { seeded } from './random';

const MINUTE = 60_000;
const TALK = { talkMs: 4 * MINUTE, spread: 0.8, patienceMs: 15 * MINUTE, hours: 24 };
const SHIFTS = [10, 7, 9, 5, 8, 6];

export const WORLDS: Record<string, World> = {
  'M/M/c': { ...TALK, spread: 'exponential', arrivals: () => 130, agents: () => 8 },
  'lognormal talks': { ...TALK, arrivals: () => 130, agents: () => 8 },
  bursts: { ...TALK, arrivals: (hour) => (hour % 1 < 0.2 ? 300 : 60), agents: () => 8 },
  'agents come and go': {
    ...TALK,
    arrivals: () => 130,
    agents: (hour) => SHIFTS[Math.floor(hour * 2) % SHIFTS.length] ?? 8,
  },
  'impatient callers': {
    ...{ ...TALK, patienceMs: 3 * MINUTE, hours: 12 },
    arrivals: () => 260,
    agents: () => 8,
  },
  'two agents': { ...TALK, hours: 60, arrivals: () => 32, agents: () => 2 },
  'shared agents': { ...TALK, hours: 30, elsewhere: 0.5, arrivals: () => 65, agents: () => 8 },
  'a hundred agents': {
    ...{ ...TALK, patienceMs: 6 * MINUTE, hours: 2 },
    arrivals: () => 1700,
    agents: () => 100,
  },
};

export const SEEDS = [1, 2, 3] as const;

const simulated = new Map<World, Wait[][]>();

/** A world and a seed are simulated once. */
export function waitsIn(world: World, seed: number): Wait[] {
  const runs = simulated.get(world) ?? [];
  simulated.set(world, runs);
  return (runs[seed] ??= simulateLine(world, seeded(seed)));
}

/** All seeds of a world together. */
export const figuresIn = (world: World): Figures =>
  figuresOf(SEEDS.flatMap((seed) => waitsIn(world, seed)));
