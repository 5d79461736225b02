import { randomUUID } from 'node:crypto';
import type { OfferSnapshot } from '../../src/domain/records';
import { applyJournal } from '../../src/store/apply-journal';
import { offersOfCall } from '../../src/store/offers';
import { useDatabase } from '../support/postgres';
import { journal, NINE } from '../support/records';

const database = useDatabase();

const anOffer = (parts: Partial<OfferSnapshot>): OfferSnapshot => ({
  ...{ id: randomUUID(), callId: randomUUID(), entryId: randomUUID(), legId: randomUUID() },
  ...{ agentId: 'wang', queueId: 'sales', offeredAt: NINE, why: { by: 'pick-up' } },
  ...parts,
});

test('offers are kept with their reasons, in their order, and once', async () => {
  const callId = randomUUID();
  const first = anOffer({
    callId,
    why: {
      ...{ by: 'turn', strategy: 'top-down', waitedMs: 5000, wanted: { 英语: 2 }, free: 1 },
      candidates: [{ agentId: 'wang', score: 0 }],
      passedOver: [{ agentId: 'li', why: 'not-suited', until: NINE + 1 }],
      more: 3,
    },
  });
  const second = anOffer({ callId, agentId: 'li', offeredAt: NINE + 20_000, noPop: true });
  const entries = journal(
    ...[second, first, anOffer({})].map((offer) => ({ kind: 'offer.saved', offer }) as const),
  );
  await applyJournal(database.db, entries);
  await applyJournal(database.db, entries);
  expect(await offersOfCall(database.db, callId)).toEqual([first, second]);
});
