/** Decides which agents suit a caller: what a queue wants of them, and how that widens while he waits. */
import { postsAtHome } from '../organisation';
import type { PlanPerson, PlanQueue, Skills } from '../plan';
import { seconds, type Instant, type Millis } from '../time';
import { OTHER_LANGUAGES } from './language';

/** What is wanted of whoever takes a caller who has waited for so long. */
export interface Demand {
  after: Millis;
  wants: readonly (readonly [skill: string, level: number])[];
}

const demand = (after: number, wants: Skills): Demand => ({
  after: seconds(after),
  wants: Object.entries(wants),
});

/** In the order of time; the first holds from the beginning. */
export const demandsOf = ({
  wants = {},
  widen = [],
}: Pick<PlanQueue, 'wants' | 'widen'>): Demand[] => [
  demand(0, wants),
  ...widen.map((step) => demand(step.after, step.wants)).sort((a, b) => a.after - b.after),
];

/** The highest level, which everybody has in his own store and his own posts. */
const AT_HOME = 9;

/** What the plan says he can, and where he belongs. */
export const skillsOf = (person: PlanPerson): Skills => ({
  [person.store]: AT_HOME,
  ...Object.fromEntries(postsAtHome(person).map((post) => [post, AT_HOME])),
  ...person.skills,
});

export const suits = (skills: Skills, { wants }: Demand): boolean =>
  wants.every(([skill, level]) => (skills[skill] ?? 0) >= level);

/** The demand that holds for who has stood in line since `place`: its index. */
export function stepAt(demands: readonly Demand[], place: Instant, now: Instant): number {
  let step = 0;
  while (step + 1 < demands.length && place + (demands[step + 1]?.after ?? 0) <= now) step += 1;
  return step;
}

/** When more of the agents may suit him; null: never. */
export function widensAt(demands: readonly Demand[], place: Instant, now: Instant): Instant | null {
  const next = demands[stepAt(demands, place, now) + 1];
  return next ? place + next.after : null;
}

/** What may be wanted of an agent at one moment, with whom for. */
export interface Wanted extends Demand {
  /** Of somebody who is called back. */
  back: boolean;
}

/**
 * All that may be wanted, numbered: of callers as time goes by, the same of who is called back, and both once more for
 * each language that is not the usual one.
 */
export const stepsOf = (demands: readonly Demand[]): Wanted[] =>
  [undefined, ...OTHER_LANGUAGES].flatMap((language) =>
    [false, true].flatMap((back) =>
      demands.map(({ after, wants }) => ({
        ...{ after, back },
        wants: language === undefined ? wants : [[language, 1] as const, ...wants],
      })),
    ),
  );

/** The number of one of them; `step` of so many demands holds by the time. */
export const stepNumber = (
  { step, of }: { step: number; of: number },
  isBack: boolean,
  language: string | undefined,
): number =>
  step +
  (isBack ? of : 0) +
  2 * of * (language === undefined ? 0 : 1 + OTHER_LANGUAGES.findIndex((one) => one === language));
