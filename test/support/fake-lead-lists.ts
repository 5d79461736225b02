import type { LeadLists } from '../../src/http/lead-list-ports';
import { NOW } from './two-stores';

/** One lead of bj01 that is due, and one that waits for somebody; `done` hears of what changed something. */
export function fakeLeadLists(done: string[], filters: unknown[]): LeadLists {
  return {
    distribute: async ({ storeId, takers, dryRun }) => {
      filters.push({ storeId, takers, dryRun });
      if (!dryRun) done.push('distribute');
      const [ownerId] = takers;
      const given = { leadId: 'lead-1', way: 'distributed' as const };
      return ownerId === undefined
        ? { given: [], left: 1 }
        : { given: [{ ...given, ownerId }], left: 0 };
    },
    handovers: async () => ({ items: [], next: null }),
    due: async ({ stores, ownerId, forConsultant, now }) => {
      const storeIds = stores.map(({ storeId }) => storeId);
      filters.push({ storeIds, ownerId, forConsultant, now });
      const lead = {
        ...{ id: 'lead-1', customerId: 'customer-1', storeId: 'bj01', ownerId: 'wang' },
        ...{ number: '+8613800138000', name: '张三', source: 'web', version: 1, turn: 8 },
        ...{ state: 'open' as const, level: 'H' as const, nextPlan: null, lastContactAt: null },
        ...{ openedAt: NOW - 86_400_000, dueAt: NOW - 1 },
      };
      return { items: storeIds.includes('bj01') ? [lead] : [], next: null };
    },
  };
}
