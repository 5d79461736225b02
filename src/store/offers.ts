/** Rows of offers: which agent a call was held out to, when and why. */
import type { Knex } from 'knex';
import type { OfferReason } from '../domain/queue/reason';
import type { OfferSnapshot } from '../domain/records';
import { insertNew, instant, run, timestamp, type Columns, type Line, type Row } from './statement';

const COLUMNS: Columns = {
  id: 'uuid',
  call_id: 'uuid',
  entry_id: 'uuid',
  agent_id: 'text',
  leg_id: 'uuid',
  queue_id: 'text',
  offered_at: 'timestamptz',
  why: 'jsonb',
  no_pop: 'boolean',
};

const SAVE = insertNew('offer', COLUMNS, 'id');

interface OfferDbRow {
  id: string;
  call_id: string;
  entry_id: string;
  agent_id: string;
  leg_id: string;
  queue_id: string;
  offered_at: Date;
  why: OfferReason;
  no_pop: boolean;
}

/** An offer never changes. */
export async function saveOffers(line: Line, offers: readonly OfferSnapshot[]): Promise<void> {
  await run(line, SAVE, offers.map(toRow));
}

/** Those of a call in the order in which they were made. */
export async function offersOfCall(db: Knex, callId: string): Promise<OfferSnapshot[]> {
  const rows = await db<OfferDbRow>('offer')
    .where({ call_id: callId })
    .orderBy(['offered_at', 'id']);
  return rows.map((row) => ({
    id: row.id,
    callId: row.call_id,
    entryId: row.entry_id,
    agentId: row.agent_id,
    legId: row.leg_id,
    queueId: row.queue_id,
    offeredAt: instant(row.offered_at),
    why: row.why,
    ...(row.no_pop ? { noPop: true as const } : {}),
  }));
}

const toRow = (offer: OfferSnapshot): Row => ({
  id: offer.id,
  call_id: offer.callId,
  entry_id: offer.entryId,
  agent_id: offer.agentId,
  leg_id: offer.legId,
  queue_id: offer.queueId,
  offered_at: timestamp(offer.offeredAt),
  why: offer.why,
  no_pop: offer.noPop ?? false,
});
