/** What becomes of a number, step by step, as an administrator asks it: by the plan, and nothing is called. */
import type { TrunkId } from '../ids';
import type { Plan } from '../plan';
import type { Instant } from '../time';
import { areaOf, cityOf, type City } from './areas';
import { countryOf, numberBook, type NumberBook } from './book';
import { classify, identifiesPerson, isLookedUp, type NumberKind } from './kinds';
import { normaliseNumber } from './normalise';
import {
  calledNumber,
  callerNumber,
  dialledNumber,
  type Numbered,
  type NumberStep,
} from './trunk-numbers';

export interface NumberTrace {
  number: string;
  /** `in`: a caller's, as the trunk delivered it; `out`: one that is to be called. */
  direction: 'in' | 'out';
  /** By whose settings it was read; null: by none. */
  trunk: TrunkId | null;
  steps: NumberStep[];
  /** E.164 where it is a number, else as dialled; `''` when withheld. */
  key: string;
  kind: NumberKind;
  virtualOperator: boolean;
  expired: boolean;
  city: City | null;
  identifies: 'yes' | 'when-confirmed' | 'no';
  /** By what a caller is looked up; null: he is not. */
  lookedUpBy: string | null;
  /** How each trunk would dial it; none for a number that was withheld. */
  dialled: ({ trunk: TrunkId } & Numbered)[];
  /** What it is as a called number, by trunk, and the hotline that then has the call; only of one delivered. */
  called: ({ trunk: TrunkId; hotline: string | null } & Numbered)[];
}

export interface NumberQuestion {
  number: string;
  direction: 'in' | 'out';
  /** Without it: the plan's only trunk, if it has one. */
  trunk?: TrunkId | undefined;
}

/** Null when the plan has no such trunk. */
export function traceNumber(plan: Plan, asked: NumberQuestion, at: Instant): NumberTrace | null {
  const trunk = plan.trunks.find(({ id }) => id === asked.trunk) ?? onlyTrunk(plan, asked);
  if (asked.trunk !== undefined && !trunk) return null;
  const { number, direction } = asked;
  const country = countryOf(plan, trunk);
  const { number: key, steps } =
    direction === 'in'
      ? callerNumber(number, country, trunk)
      : normalised(number, normaliseNumber(number, country, trunk?.area));
  const book = numberBook(plan);
  const { kind, virtualOperator = false, expired = false } = classify(key, book, at);
  const area = areaOf(key);
  return {
    ...{ number, direction, trunk: trunk?.id ?? null, steps, key, kind, virtualOperator, expired },
    city: (area === undefined ? undefined : cityOf(area)) ?? null,
    identifies: identifiesPerson(kind),
    lookedUpBy: isLookedUp(kind) ? key : null,
    dialled: key === '' ? [] : dialledBy(plan, key, book, asked.trunk),
    called: direction === 'in' ? calledBy(plan, asked) : [],
  };
}

const onlyTrunk = ({ trunks }: Plan, { trunk }: NumberQuestion) =>
  trunk === undefined && trunks.length === 1 ? trunks[0] : undefined;

const normalised = (number: string, key: string): Numbered => ({
  number: key,
  steps: key === number ? [] : [{ did: 'normalised', number: key }],
});

const dialledBy = (plan: Plan, key: string, book: NumberBook, only: TrunkId | undefined) =>
  plan.trunks
    .filter(({ id }) => only === undefined || id === only)
    .map((trunk) => ({ trunk: trunk.id, ...dialledNumber(key, book, trunk) }));

const calledBy = ({ trunks, hotlines }: Plan, { number, trunk: only }: NumberQuestion) =>
  trunks
    .filter(({ id }) => only === undefined || id === only)
    .map((trunk) => {
      const called = calledNumber(number.trim(), trunk);
      const isHotline = hotlines.some((hotline) => hotline.number === called.number);
      return { trunk: trunk.id, hotline: isHotline ? called.number : null, ...called };
    });
