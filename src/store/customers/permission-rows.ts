/** Rows of consents and refusals. */
import type { Consent, DoNotCall, Proof } from '../../domain/customer/permission';
import { instant } from '../statement';

export interface ConsentRow {
  id: string;
  controller: string;
  customer_id: string;
  scope: Consent['scope'];
  store_id: string;
  by_id: string;
  given_at: Date;
  proof: Proof;
  withdrawn_at: Date | null;
  withdrawn_by: string | null;
  withdrawn_proof: Proof | null;
}

export const consentFrom = (row: ConsentRow): Consent => ({
  ...{ id: row.id, controller: row.controller, customerId: row.customer_id, scope: row.scope },
  ...{ storeId: row.store_id, by: row.by_id, givenAt: instant(row.given_at), proof: row.proof },
  ...{ withdrawnAt: instant(row.withdrawn_at), withdrawnBy: row.withdrawn_by },
  withdrawnProof: row.withdrawn_proof,
});

export interface RefusalRow {
  id: string;
  controller: string;
  customer_id: string | null;
  number: string | null;
  scope: DoNotCall['scope'];
  everywhere: boolean;
  store_id: string;
  said_by: string;
  by_id: string;
  at: Date;
  proof: Proof;
  lifted_at: Date | null;
  lifted_by: string | null;
  lifted_proof: Proof | null;
}

export const refusalFrom = (row: RefusalRow): DoNotCall => ({
  ...{ id: row.id, controller: row.controller, customerId: row.customer_id, number: row.number },
  ...{ scope: row.scope, everywhere: row.everywhere, storeId: row.store_id, saidBy: row.said_by },
  ...{ by: row.by_id, at: instant(row.at), proof: row.proof, liftedAt: instant(row.lifted_at) },
  ...{ liftedBy: row.lifted_by, liftedProof: row.lifted_proof },
});
