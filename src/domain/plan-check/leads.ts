/**
 * Decides what a plan may say of the rules of leads, for the installation and for a store, and that what is said in the
 * two places and the defaults contradict each other nowhere.
 */
import { dayNumber } from '../hours/local-time';
import { DEFAULT_LEAD_RULES, withSaid, type LeadRules } from '../lead/rules';
import type { PlanLeads, PlanLevel, PlanPercentRange } from '../plan-leads';
import { FAULTS, type PlanFault } from './faults';
import {
  integer,
  listOf,
  objectOf,
  oneOf,
  optionally,
  readObject,
  satisfying,
  type Field,
  type Fields,
} from './fields';
import { objectsOf } from './references';

const percent = optionally(integer(0, 100));
const months = optionally(integer(1, 120));

const LEVEL: Fields<PlanLevel> = {
  buysWithinDays: optionally(integer(1, 3650)),
  followUpDays: optionally(integer(1, 365)),
  value: optionally(integer(1, 1000)),
};
const level: Field<PlanLevel | undefined> = optionally(objectOf(LEVEL));
const RANGE: Fields<PlanPercentRange> = { from: percent, below: percent };
const range = optionally(objectOf(RANGE));
const day = satisfying(
  (text) => dayNumber(text) !== null,
  '日期，例如 "2026-03-01"',
  'a day such as "2026-03-01"',
);

/** The section `leads`, and `leads` of a store. */
export const LEADS: Fields<PlanLeads> = {
  levels: optionally(
    objectOf<NonNullable<PlanLeads['levels']>>({ H: level, A: level, B: level, C: level }),
  ),
  firstFollowUpDays: optionally(integer(0, 30)),
  temperature: optionally(
    objectOf<NonNullable<PlanLeads['temperature']>>({ hotMonths: months, warmMonths: months }),
  ),
  teamKpi: optionally(
    objectOf<NonNullable<PlanLeads['teamKpi']>>({
      ...{ arrival: range, deal: range },
      structure: optionally(objectOf<{ from?: number | undefined }>({ from: percent })),
    }),
  ),
  callsADay: optionally(
    objectOf<NonNullable<PlanLeads['callsADay']>>({
      above: optionally(integer(0, 1000)),
      most: optionally(integer(1, 1000)),
    }),
  ),
  trial: optionally(objectOf<NonNullable<PlanLeads['trial']>>({ salesSharePercent: percent })),
  rewards: optionally(
    objectOf<NonNullable<PlanLeads['rewards']>>({
      since: optionally(day),
      freeMonths: optionally(integer(0, 24)),
    }),
  ),
  forcedTransferMonths: optionally(integer(1, 24)),
  newCustomersADay: optionally(integer(1, 1000)),
  handoverHour: optionally(integer(0, 24)),
  confirmation: optionally(
    objectOf<NonNullable<PlanLeads['confirmation']>>({
      levels: optionally(listOf(oneOf('H', 'A', 'B', 'C'))),
      tries: optionally(integer(1, 20)),
      retryHours: optionally(integer(1, 168)),
      overDays: optionally(integer(0, 30)),
    }),
  ),
  distribution: optionally(oneOf('fewest-open', 'by-hand')),
  transfersAMonth: optionally(integer(0, 10_000)),
  informationFee: optionally(integer(0, 1_000_000_000)),
  rejectedRowsDays: optionally(integer(1, 3650)),
};

/** Two settings of which the first has to be below the second, by their place within the rules. */
interface Order {
  lower: string;
  upper: string;
  of: (rules: LeadRules) => readonly [lower: number, upper: number];
}

const ORDERS: readonly Order[] = [
  ...(
    [
      ['H', 'A'],
      ['A', 'B'],
      ['B', 'C'],
    ] as const
  ).map(([hotter, colder]): Order => ({
    lower: `levels.${hotter}.buysWithinDays`,
    upper: `levels.${colder}.buysWithinDays`,
    of: ({ levels }) => [levels[hotter].buysWithinDays, levels[colder].buysWithinDays],
  })),
  {
    ...{ lower: 'temperature.hotMonths', upper: 'temperature.warmMonths' },
    of: ({ temperature }) => [temperature.hotMonths, temperature.warmMonths],
  },
  {
    ...{ lower: 'teamKpi.arrival.from', upper: 'teamKpi.arrival.below' },
    of: ({ teamKpi: { arrival } }) => [arrival.from, arrival.below],
  },
  {
    ...{ lower: 'teamKpi.deal.from', upper: 'teamKpi.deal.below' },
    of: ({ teamKpi: { deal } }) => [deal.from, deal.below],
  },
  {
    ...{ lower: 'callsADay.above', upper: 'callsADay.most' },
    of: ({ callsADay }) => [callsADay.above, callsADay.most],
  },
];

/** Borders that are beyond each other, with the defaults and the installation's rules laid under those of a store. */
export function leadsAstray(document: Record<string, unknown>): PlanFault[] {
  const ofPlan = saidIn(document['leads']);
  // What cannot be read is told by who reads it.
  if (ofPlan === null) return [];
  const base = withSaid(DEFAULT_LEAD_RULES, ofPlan);
  const faults = contradictions(base, ofPlan, 'leads');
  for (const [store, at] of objectsOf(document, 'stores')) {
    const said = saidIn(store['leads']);
    if (said !== null) faults.push(...contradictions(withSaid(base, said), said, `${at}.leads`));
  }
  return faults;
}

const saidIn = (raw: unknown): PlanLeads | null =>
  readObject(raw ?? {}, LEADS, { at: '', faults: [] });

/** Each is told where one of the two is said; who says neither is not to be told of it. */
function contradictions(rules: LeadRules, said: PlanLeads, at: string): PlanFault[] {
  return ORDERS.flatMap(({ lower, upper, of }) => {
    const [low, high] = of(rules);
    const place = [upper, lower].find((path) => isSaid(said, path));
    if (low < high || place === undefined) return [];
    return [{ at: `${at}.${place}`, ...FAULTS.notBelow({ lower, low, upper, high }) }];
  });
}

function isSaid(said: object, path: string): boolean {
  let value: unknown = said;
  for (const key of path.split('.'))
    value =
      typeof value === 'object' && value !== null
        ? new Map(Object.entries(value)).get(key)
        : undefined;
  return value !== undefined;
}
