import type { Consent, DoNotCall, Proof } from '../../src/domain/customer/permission';
import type { Doing } from '../../src/http/customer-ports';
import type { Permissions } from '../../src/http/permission-ports';
import { NOW } from './two-stores';

const BOOKS = 'store:bj01';
const PROOF: Proof = { kind: 'form', callId: null, ref: 'f-1' };

/** One consent and one refusal in the books of bj01, and what is done to them. */
export function fakePermissions(done: string[]): Permissions {
  const doing = async <T>(what: string, { noted }: Doing, answer: T): Promise<T> => {
    await noted('of-it');
    done.push(what);
    return answer;
  };
  const over = ({ by, at }: Doing) => ({ by, at });
  return {
    facts: async () => ({ refusals: [], consents: [] }),
    said: async () => ({ consents: [], doNotCall: [] }),
    consent: (given, by) => doing('consent', by, { ...aConsent(), ...given }),
    findConsent: async (id) => (id === 'consent-1' ? aConsent() : null),
    withdraw: (_id, proof, by) =>
      doing('withdraw', by, {
        ...{ ...aConsent(), withdrawnAt: over(by).at, withdrawnBy: over(by).by },
        withdrawnProof: proof,
      }),
    refuse: (said, by) => doing('refuse', by, { ...aRefusal(), ...said }),
    findRefusal: async (id) => (id === 'refusal-1' ? aRefusal() : null),
    lift: (_id, proof, by) =>
      doing('lift', by, {
        ...{ ...aRefusal(), liftedAt: over(by).at, liftedBy: over(by).by, liftedProof: proof },
      }),
    refusals: async (books) => ({ items: books.includes(BOOKS) ? [aRefusal()] : [], next: null }),
  };
}

const aConsent = (): Consent => ({
  ...{ id: 'consent-1', controller: BOOKS, customerId: 'customer-1', scope: 'calls' },
  ...{ storeId: 'bj01', by: 'wang', givenAt: NOW, proof: PROOF },
  ...{ withdrawnAt: null, withdrawnBy: null, withdrawnProof: null },
});

const aRefusal = (): DoNotCall => ({
  ...{ id: 'refusal-1', controller: BOOKS, customerId: null, number: '+8613800138000' },
  ...{ scope: 'marketing', everywhere: false, storeId: 'bj01', saidBy: '本人', by: 'wang' },
  ...{ at: NOW, proof: PROOF, liftedAt: null, liftedBy: null, liftedProof: null },
});
