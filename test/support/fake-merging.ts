import { NOTHING_KNOWN } from '../../src/domain/customer/customer';
import type { Doing } from '../../src/http/customer-ports';
import type {
  Cleaning,
  CleaningRun,
  DoubtfulPair,
  MergeDone,
  Merging,
} from '../../src/http/merge-ports';
import { NOW } from './two-stores';

const BOOKS = 'store:bj01';

/** One doubtful pair, one merge and one split in the books of bj01, and what is done to them. */
export class FakeMerging implements Merging, Cleaning {
  /** Whatever changed something. */
  readonly done: string[] = [];

  pairs: Merging['pairs'] = async ({ books }) => ({
    items: books.includes(BOOKS) ? [aPair()] : [],
    next: null,
  });
  pair: Merging['pair'] = async (id) => (id === 'pair-1' ? aPair() : null);
  decide: Merging['decide'] = (_id, { as }, doing) => this.doing(`pair ${as}`, doing, undefined);
  bookOf: Merging['bookOf'] = async (id) => (id.startsWith('customer-') ? BOOKS : null);
  merges: Merging['merges'] = async (books) => ({
    items: books.includes(BOOKS) ? [aMerge()] : [],
    next: null,
  });
  findMerge: Merging['findMerge'] = async (id) => (id === 'merge-1' ? aMerge() : null);
  merge: Merging['merge'] = (_customers, doing) => this.doing('merge', doing, aMerge());
  undoMerge: Merging['undoMerge'] = (_id, doing) =>
    this.doing('undo-merge', doing, { kept: ['area'] });
  findSplit: Merging['findSplit'] = async (id) => (id === 'split-1' ? { controller: BOOKS } : null);
  split: Merging['split'] = (_asked, doing) =>
    this.doing('split', doing, { id: 'split-1', toId: 'customer-3' });
  undoSplit: Merging['undoSplit'] = (_id, doing) =>
    this.doing('undo-split', doing, { stayed: [], remains: false });
  invalidate: Merging['invalidate'] = (_lead, _reason, doing) =>
    this.doing('invalidate', doing, { customerErased: true });

  runs: Cleaning['runs'] = async (books) => ({
    items: books.includes(BOOKS) ? [aRun()] : [],
    next: null,
  });
  begin: Cleaning['begin'] = async (controller, by) => {
    this.done.push('cleaning');
    return { ...aRun(), controller, by };
  };

  private async doing<T>(what: string, { noted }: Doing, answer: T): Promise<T> {
    await noted('of-it');
    this.done.push(what);
    return answer;
  }
}

function aPair(): DoubtfulPair {
  const side = (n: 1 | 2) => ({
    customer: {
      ...{ ...NOTHING_KNOWN, id: `customer-${n}`, controller: BOOKS, rootId: `customer-${n}` },
      ...{
        version: n,
        state: 'active' as const,
        storeId: 'bj01',
        ownerId: n === 1 ? 'wang' : null,
      },
      ...{ source: 'web', createdAt: NOW + n, changedAt: NOW + n },
    },
    numbers: [],
    leads: [],
    ...{ vehicles: n, contacts: 0, lastContactAt: null },
  });
  return {
    ...{ id: 'pair-1', controller: BOOKS, reason: 'similar-number', state: 'open' },
    ...{ foundAt: NOW, againAt: null, decidedAt: null, decidedBy: null, mergeId: null },
    numbers: ['+8613800138000', '+8613800138001'],
    sides: [side(1), side(2)],
  };
}

const aMerge = (): MergeDone => ({
  ...{ id: 'merge-1', controller: BOOKS, keptId: 'customer-1', mergedId: 'customer-2' },
  ...{ way: 'hand', by: 'wang', at: NOW, undoneAt: null, undoneBy: null },
});

const aRun = (): CleaningRun => ({
  ...{ id: 'run-1', controller: BOOKS, why: 'night', by: 'openline', state: 'done' },
  ...{ startedAt: NOW, endedAt: NOW + 1000, came: 5, duplicates: 1, merged: 1, doubtful: 1 },
  ...{ valid: 3, invalid: 1, exceptions: 0, archived: 0, transferred: 0, distributed: 2 },
  ...{ customersBefore: 5, customersAfter: 4, leadsBefore: 4, leadsAfter: 3 },
});
