/**
 * The end of a run of cleaning: what the showroom did not close in time comes to the centre (A32, A33), and what is nobody's
 * goes to telemarketers where the rules of the store have it done by itself (Q15). Done twice it changes nothing.
 */
import type { Knex } from 'knex';
import { controllerOf, type Controller } from '../../domain/customer/controller';
import { leadRulesOf } from '../../domain/lead/rules';
import { isOfCentre, receives, takersOf } from '../../domain/lead/staff';
import type { Plan } from '../../domain/plan';
import type { Instant } from '../../domain/time';
import { releaseAll } from './confirmations';
import { giveToTaker, ownerless, type DistributionAsked, type Ownerless } from './distribution';
import { transferable, transferByForce, type TransferAsked } from './forced-transfer';
import { oneByOne, type OneByOne } from './one-by-one';

/** Read at once; each is a transaction of its own. */
const MOST = 200;
const FIRST = '00000000-0000-0000-0000-000000000000';

export interface HandingOut extends OneByOne {
  makeId: () => string;
  now: () => Instant;
  plan: () => Plan;
  /** Numbers, leads and customers of calls that go on. */
  busy: () => ReadonlySet<string>;
  /** Of hashes of numbers. */
  key: Buffer;
}

/** Called in the transaction of each that was done. */
type Counted = (trx: Knex) => Promise<void>;

const storesIn = (plan: Plan, controller: Controller) =>
  plan.stores.filter(({ id }) => controllerOf(plan, id) === controller);

const deedOf = ({ makeId, now }: HandingOut, trx: Knex.Transaction) => ({
  ...{ trx, makeId, at: now(), by: '' },
});

/** False: the app ends. */
export async function transferShowroom(
  world: HandingOut,
  controller: Controller,
  counted: Counted,
): Promise<boolean> {
  const { db, now, plan } = world;
  for (const { id: storeId, timezone: zone } of storesIn(plan(), controller)) {
    const asked: TransferAsked = {
      ...{ storeId, zone, rules: leadRulesOf(plan(), storeId) },
      isOfCentre: (ownerId) => isOfCentre(plan(), ownerId, storeId),
      receives: (ownerId) => receives(plan(), ownerId, storeId),
    };
    const next = (after: string) => transferable(db, asked, now(), { after, most: MOST });
    for (let ids = await next(FIRST); ids.length > 0; ids = await next(ids.at(-1) ?? FIRST)) {
      const all = await oneByOne(world, ids, async (trx, id) => {
        const why = await transferByForce(deedOf(world, trx), id, asked);
        if (why !== null) await counted(trx);
      });
      if (!all) return false;
    }
  }
  return true;
}

/** False: the app ends. */
export async function distributeOwnerless(
  world: HandingOut,
  controller: Controller,
  counted: Counted,
): Promise<boolean> {
  const { db, plan, busy, key } = world;
  for (const { id: storeId, timezone: zone } of storesIn(plan(), controller)) {
    const rules = leadRulesOf(plan(), storeId);
    const takers = takersOf(plan(), storeId);
    if (rules.confirmation.levels.length === 0) await releaseAll(db, storeId);
    if (rules.distribution === 'by-hand' || takers.length === 0) continue;
    const asked: DistributionAsked = { storeId, zone, rules, takers, busy: busy(), key };
    const next = (after?: Ownerless) => ownerless(db, asked, { after, most: MOST });
    for (let some = await next(); some.length > 0; some = await next(some.at(-1))) {
      const all = await oneByOne(world, some, async (trx, { id }) => {
        const given = await giveToTaker(deedOf(world, trx), id, asked);
        if (given !== null) await counted(trx);
      });
      if (!all) return false;
    }
  }
  return true;
}
