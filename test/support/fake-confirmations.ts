import type { Confirmations } from '../../src/http/confirmation-ports';
import { NOW } from './two-stores';

/** One lead of bj01 that is held; `done` hears of what changed something. */
export function fakeConfirmations(done: string[], filters: unknown[]): Confirmations {
  return {
    held: async ({ storeIds, now }) => {
      filters.push({ storeIds, now });
      const lead = {
        ...{ id: 'lead-1', customerId: 'customer-1', storeId: 'bj01', number: '+8613800138000' },
        ...{ name: '张三', version: 1, level: 'H' as const, prospect: 'high' as const },
        ...{ channel: 'web', interestSeries: '3系', interestModel: '320i', intendedOn: null },
        ...{ openedAt: NOW - 86_400_000, nextAt: NOW - 1, tries: 0 },
      };
      return { items: storeIds.includes('bj01') ? [lead] : [], next: null };
    },
    leadStore: async (id) => (id === 'lead-1' ? 'bj01' : null),
    say: async ({ version }, said, { storeId, takers }, { noted }) => {
      await noted('lead-1');
      filters.push({ said, storeId, takers });
      done.push('confirm');
      return {
        ...{ version: version + 1, state: 'open', prospect: 'intending', nextAt: null, tries: 0 },
        ownerId: takers[0] ?? null,
      };
    },
  };
}
