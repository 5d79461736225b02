/** Merging, splitting and deciding as people do it (port `Merging` of http): each deed in one transaction. */
import type { Knex } from 'knex';
import { CodedError } from '../../domain/errors';
import type { Doing } from '../../http/customer-ports';
import type { MergeDone, Merging, PairDecision } from '../../http/merge-ports';
import type { Page } from '../../http/queries';
import type { Database } from '../database';
import { isUuid, page } from '../page';
import { instant } from '../statement';
import { settleOthers } from './doubtful-pairs';
import { invalidateLead } from './invalid-leads';
import { again } from './merge-tree';
import { mergeCustomers, undoMerge, type MergeWay } from './merges';
import { findPair, pairPage } from './pairs-read';
import { splitCustomer, undoSplit } from './splits';

/** `key`: of hashes of numbers whose data is deleted. */
export function storeMerging(db: Database, makeId: () => string, key: Buffer): Merging {
  const within = <T>(work: (trx: Knex.Transaction) => Promise<T>): Promise<T> =>
    again(() => db.transaction(work));
  const known = <T>(id: string, find: () => Promise<T | null>): Promise<T | null> =>
    isUuid(id) ? find() : Promise.resolve(null);
  return {
    pairs: (asked, request) => pairPage(db, asked, request),
    pair: (id) => known(id, () => findPair(db, id)),
    decide: (id, decision, doing) => within((trx) => decide(trx, { id, decision, doing, makeId })),
    bookOf: (id) =>
      known(id, async () => {
        const row = await db('customer').where({ id, state: 'active' }).first('controller');
        return (row?.controller as string | undefined) ?? null;
      }),
    merges: (books, request) =>
      page<MergeRow, MergeDone>(
        db('customer_merge').whereIn('controller', books) as never,
        request,
        {
          ...{ timeColumn: 'at', fromRow: mergeDone },
        },
      ) as Promise<Page<MergeDone>>,
    findMerge: (id) => known(id, () => mergeOf(db, id)),
    merge: ([one, other], doing) =>
      within(async (trx) => {
        const { by, at } = doing;
        const order = {
          ...{ id: makeId(), customers: [one.id, other.id] as const, way: 'hand' as const, by, at },
          versions: [one.version, other.version] as const,
        };
        const { id } = await mergeCustomers(trx, order);
        await doing.noted(id);
        const done = await mergeOf(trx, id);
        if (done === null) throw new CodedError('NOT_FOUND');
        return done;
      }),
    undoMerge: (id, doing) =>
      within(async (trx) => {
        const { by, at } = doing;
        const { kept } = await undoMerge(trx, { id, by, at, pairId: makeId() });
        await doing.noted(id);
        return { kept };
      }),
    findSplit: (id) =>
      known(id, async () => {
        const row = await db('customer_split').where({ id }).first('controller');
        return row ? { controller: row.controller as string } : null;
      }),
    split: ({ from, toId, ...what }, doing) =>
      within(async (trx) => {
        if (![...what.leads, ...what.numbers, ...what.vehicles].every(isUuid))
          throw new CodedError('NOT_OF_CUSTOMER');
        const id = makeId();
        const made = await splitCustomer(trx, {
          ...{ id, customerId: from.id, version: from.version, by: doing.by, at: doing.at },
          ...{ ...what, to: toId === null ? { new: makeId() } : { id: toId } },
        });
        await doing.noted(id);
        return { id, toId: made.toId };
      }),
    undoSplit: (id, doing) =>
      within(async (trx) => {
        const undone = await undoSplit(trx, { id, by: doing.by, at: doing.at });
        await doing.noted(id);
        return undone;
      }),
    invalidate: (lead, reason, doing) =>
      within(async (trx) => {
        const { id: leadId, version } = lead;
        const done = await invalidateLead(trx, { leadId, version, reason, at: doing.at, key });
        await doing.noted(leadId);
        return done;
      }),
  };
}

interface Deciding {
  id: string;
  decision: PairDecision;
  doing: Doing;
  makeId: () => string;
}

/** Of a pair that is decided nothing is decided but that it is open again. */
async function decide(trx: Knex, { id, decision, doing, makeId }: Deciding): Promise<void> {
  const row = await trx('doubtful_pair').where({ id }).forUpdate().first();
  if (!row) throw new CodedError('NOT_FOUND');
  const { by, at } = doing;
  const isDecided = row.state === 'same' || row.state === 'different';
  if (isDecided !== (decision.as === 'open')) throw new CodedError('PAIR_DECIDED');
  const decided = { state: decision.as as string, decided_at: new Date(at), decided_by: by };
  const change = (more: object) =>
    trx('doubtful_pair')
      .where({ id })
      .update({ ...decided, ...more });
  switch (decision.as) {
    case 'same': {
      const order = { id: makeId(), way: 'pair' as const, by, at, versions: decision.versions };
      const customers = [row.left_id, row.right_id] as const;
      const merged = await mergeSides(trx, { ...order, customers });
      await change({ merge_id: merged });
      break;
    }
    case 'later':
      await change({ again_at: new Date(decision.againAt), decided_at: null, decided_by: null });
      break;
    case 'different':
      await change({});
      await settleOthers(trx, id, { by, at });
      break;
    case 'open':
      if (row.merge_id !== null)
        await undoMerge(trx, { id: row.merge_id, by, at, pairId: makeId() });
      await change({ decided_at: null, decided_by: null, merge_id: null, again_at: null });
  }
  await doing.noted(id);
}

type Sides = Parameters<typeof mergeCustomers>[1] & { versions: readonly [number, number] };

/** Versions are of the pair as it is shown: the older one's first. */
async function mergeSides(trx: Knex, order: Sides): Promise<string> {
  const pair = await trx('customer as c')
    .join('customer as r', 'r.id', 'c.root_id')
    .whereIn('c.id', [...order.customers])
    .orderBy(['r.created_at', 'r.id'])
    .pluck<string[]>('r.id');
  const [one = order.customers[0], other = one] = pair;
  const { id } = await mergeCustomers(trx, { ...order, customers: [one, other] });
  return id;
}

interface MergeRow {
  id: string;
  controller: string;
  kept_id: string;
  merged_id: string;
  way: MergeWay;
  by_id: string;
  at: Date;
  undone_at: Date | null;
  undone_by: string | null;
}

const mergeDone = (row: MergeRow): MergeDone => ({
  ...{ id: row.id, controller: row.controller, keptId: row.kept_id, mergedId: row.merged_id },
  ...{ way: row.way, by: row.by_id, at: instant(row.at) },
  ...{ undoneAt: instant(row.undone_at), undoneBy: row.undone_by },
});

async function mergeOf(db: Knex, id: string): Promise<MergeDone | null> {
  const row = (await db('customer_merge').where({ id }).first()) as MergeRow | undefined;
  return row ? mergeDone(row) : null;
}
