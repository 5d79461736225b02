/**
 * How soon hotline calls were answered, day by day (A04): within three rings of five seconds (3声接听) a telemarketer had
 * picked up. Counted from the call's arrival to its first talk; a caller whom only we answered was not.
 */
import type { Knex } from 'knex';
import type { Instant } from '../domain/time';
import type { PickUpReport } from '../http/queries';

const THREE_RINGS = `interval '15 seconds'`;

/** Days are those of the zone; one without a call has no line. */
export async function pickUps(
  db: Knex,
  { storeId, zone, from, to }: { storeId: string; zone: string; from: Instant; to: Instant },
): Promise<PickUpReport> {
  const day = db.raw(`to_char(arrived_at at time zone ?, 'YYYY-MM-DD')`, [zone]);
  const firstTalk = 'coalesce(first_talk_at, talk_started_at)';
  const days: PickUpReport['days'] = await db('call')
    .where({ store_id: storeId, direction: 'inbound' })
    .where('arrived_at', '>=', new Date(from))
    .where('arrived_at', '<', new Date(to))
    .groupBy('day')
    .orderBy('day')
    .select(
      { day },
      db.raw('count(*)::int as calls'),
      db.raw(`(count(*) filter (where ${firstTalk} is not null))::int as talks`),
      db.raw(
        `(count(*) filter (where ${firstTalk} - arrived_at <= ${THREE_RINGS}))::int as "withinThreeRings"`,
      ),
    );
  return { from, to, zone, days };
}
