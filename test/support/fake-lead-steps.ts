import type { Doing } from '../../src/http/customer-ports';
import type { LeadSteps } from '../../src/http/lead-step-ports';
import { NOW } from './two-stores';

/** One deal and one fee, of bj01; whoever arrives is the sixth new customer of zhu today, of anybody else the fifth; `done` hears whatever changed something. */
export function fakeLeadSteps(done: string[]): LeadSteps {
  const doing = async <T>(what: string, { noted }: Doing, answer: T): Promise<T> => {
    await noted('of-it');
    done.push(what);
    return answer;
  };
  const ofBj01 = (own: string) => async (id: string) => (id === own ? 'bj01' : null);
  const fee = { personId: 'li', way: 'forced' as const, amount: 20_000 };
  return {
    invite: (_asked, how) => doing('invite', how, 'appointment-1'),
    arrive: ({ salespersonId }, how) => {
      const newToday = salespersonId === 'zhu' ? 6 : 5;
      return doing('arrive', how, { id: 'arrival-1', newToday, tooMany: newToday > 5 });
    },
    deal: (_asked, how) =>
      doing('deal', how, { id: 'deal-1', saleKind: 'low-intent' as const, fee }),
    storeOfDeal: ofBj01('deal-1'),
    deliver: (_asked, how) => doing('deliver', how, 'delivery-1'),
    fees: async ({ storeIds }) => ({
      items: storeIds.includes('bj01')
        ? [
            {
              ...{ ...fee, id: 'fee-1', storeId: 'bj01', leadId: 'lead-1', dealId: 'deal-1' },
              ...{ enteredAt: NOW, paidAt: null, paidBy: null },
            },
          ]
        : [],
      next: null,
    }),
    storeOfFee: ofBj01('fee-1'),
    pay: (_id, how) => doing('pay', how, undefined),
  };
}
