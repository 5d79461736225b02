/**
 * Which trunks may carry a call, by which of their gateways, and as whom we are shown there. Pure; chance comes in
 * as numbers.
 */
import type { StoreId, TrunkId } from '../ids';
import type { Plan, PlanGateway, PlanTrunk } from '../plan';
import { countryOf } from './book';
import { nationalOf } from './kinds';
import { callingCode, nationalDigits, normaliseNumber } from './normalise';

/** 0 <= chance < 1, another at each call. */
export type Chance = () => number;

/** A trunk that may carry a call, and the number of ours that it shows, as a key. */
export interface TrunkRoute {
  trunkId: TrunkId;
  callerId: string;
}

/**
 * The trunks that send calls, in the order of the plan. Shown is the number that its trunk says, else the first
 * that the trunk has, else the store's hotline; `''` when there is none.
 */
export function trunksFor(plan: Plan, storeId: StoreId): TrunkRoute[] {
  const hotline = plan.hotlines.find(({ store }) => store === storeId)?.number;
  return plan.trunks
    .filter(({ to = [] }) => to.length > 0)
    .map((trunk) => {
      const number = trunk.shows?.number ?? trunk.numbers?.[0] ?? hotline ?? '';
      const callerId = normaliseNumber(number, countryOf(plan, trunk), trunk.area);
      return { trunkId: trunk.id, callerId };
    });
}

/**
 * Every gateway once: lower priorities first, and within one by chance, in which a weight of 2 comes first twice as
 * often as one of 1 (RFC 2782).
 */
export function gatewayOrder(gateways: readonly PlanGateway[], chance: Chance): PlanGateway[] {
  const priorities = [...new Set(gateways.map(({ priority }) => priority))].sort((a, b) => a - b);
  return priorities.flatMap((priority) =>
    drawn(
      gateways.filter((one) => one.priority === priority),
      chance,
    ),
  );
}

/**
 * Trunks in the order in which they are asked: as they stand, but that neighbours which all have a weight share the
 * calls by it, as gateways do.
 */
export function trunkOrder<Trunk extends Pick<PlanTrunk, 'weight'>>(
  trunks: readonly Trunk[],
  chance: Chance,
): Trunk[] {
  const runs: Trunk[][] = [];
  for (const trunk of trunks) {
    const run = runs.at(-1);
    const shares = trunk.weight !== undefined && run?.[0]?.weight !== undefined;
    if (run && shares) run.push(trunk);
    else runs.push([trunk]);
  }
  return runs.flatMap((run) => drawn(run, chance));
}

/** Those that are down come last, in their order: what is not asked at all may be alive, and a call is not lost to it. */
export const downLast = <T>(items: readonly T[], isDown: (item: T) => boolean): T[] => [
  ...items.filter((item) => !isDown(item)),
  ...items.filter((item) => isDown(item)),
];

function drawn<Item extends { weight?: number | undefined }>(
  items: readonly Item[],
  chance: Chance,
): Item[] {
  if (items.length < 2) return [...items];
  let left = chance() * items.reduce((sum, { weight = 1 }) => sum + weight, 0);
  const found = items.findIndex(({ weight = 1 }) => (left -= weight) < 0);
  const first = found < 0 ? items.length - 1 : found;
  const rest = items.filter((_one, index) => index !== first);
  return [...items.slice(first, first + 1), ...drawn(rest, chance)];
}

/** How a number of ours, given as a key, is shown through the trunk: with country code, or as it is dialled at home. */
export function shownNumber(key: string, trunk: PlanTrunk, country: string): string {
  const home = trunk.country ?? country;
  const base = key.replace(/;ext=\d+$/, '');
  if (trunk.dials === 'e164' || !base.startsWith(`+${callingCode(home)}`)) return base;
  return home === 'CN' ? nationalOf(base) : nationalDigits(base);
}
