import { CodedError } from '../../src/domain/errors';
import type { LeadDesk, LeadView } from '../../src/http/lead-desk-ports';
import { NOW } from './two-stores';

const VIEW: LeadView = {
  ...{ id: 'view-1', personId: 'li', storeId: 'bj01', name: 'H', filter: { levels: ['H'] } },
  ...{ shared: true, version: 1, createdAt: NOW },
};

/** One lead of bj01, one view of Li's that is shared there, and a deed that was done there; `done` hears of what changed something. */
export function fakeLeadDesk(done: string[]): LeadDesk {
  const changed = async (what: string, id: string, noted: (id: string) => unknown) => {
    await noted(id);
    done.push(what);
  };
  return {
    count: async () => 1,
    versions: async () => [{ id: 'lead-1', version: 1 }],
    changeMany: async (_rows, _kept, { may }, { noted }) => {
      await changed('change', 'bulk-1', noted);
      const left = { id: 'lead-1', code: 'UNKNOWN_LEAD', version: null };
      return may('bj01')
        ? { id: 'bulk-1', changed: ['lead-1'], left: [] }
        : { id: 'bulk-1', changed: [], left: [left] };
    },
    undoMany: async (id, { may }, { noted }) => {
      if (!may('bj01')) throw new CodedError('UNKNOWN_BULK');
      await changed('undo', id, noted);
      return { id, changed: ['lead-1'], left: [] };
    },
    deeds: async () => ({ items: [], next: null }),
    views: async ({ storeIds }) => ({ items: storeIds.includes('bj01') ? [VIEW] : [], next: null }),
    view: async (id) => (id === VIEW.id ? VIEW : null),
    keepView: async (_view, { noted }) => {
      await changed('keep', 'view-2', noted);
      return 'view-2';
    },
    changeView: async ({ id }, _said, { noted }) => {
      await changed('change view', id, noted);
      return 2;
    },
    dropView: (id, { noted }) => changed('drop', id, noted),
  };
}
