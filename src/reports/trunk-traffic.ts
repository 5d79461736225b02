/** How much trunks carried in a span of time: the busiest hour of each, and the most channels in use at once. */
import type { Knex } from 'knex';
import type { BusiestHour } from '../domain/doctor/trunk-need';
import type { TrunkId } from '../domain/ids';
import type { Instant } from '../domain/time';

export interface TrunkTraffic {
  busiest: BusiestHour;
  peak: number;
}

interface TrafficRow {
  trunk_id: string;
  hour: number;
  erlangs: number;
  peak: number;
}

/** A caller has a channel from his INVITE on, whom we call from ours on. Trunks without a call are left out. */
const TRAFFIC = `
  with span as (
    select trunk_id, greatest(arrived_at, :from::timestamptz) as since,
        least(coalesce(ended_at, :until::timestamptz), :until::timestamptz) as until
      from call
      where direction = 'inbound' and trunk_id <> '' and arrived_at < :until::timestamptz
        and coalesce(ended_at, :until::timestamptz) > :from::timestamptz
    union all
    select trunk_id, greatest(started_at, :from::timestamptz),
        least(coalesce(ended_at, :until::timestamptz), :until::timestamptz)
      from leg
      where role = 'outside' and trunk_id is not null and started_at < :until::timestamptz
        and coalesce(ended_at, :until::timestamptz) > :from::timestamptz
  ), loads as (
    select trunk_id, hour, sum(extract(epoch from
        least(until, hour + interval '1 hour') - greatest(since, hour)))::float8 / 3600 as erlangs
      from span, generate_series(date_trunc('hour', since), until, interval '1 hour') as hour
      group by trunk_id, hour
  ), busiest as (
    select distinct on (trunk_id) trunk_id, hour, erlangs
      from loads order by trunk_id, erlangs desc, hour
  ), steps as (
    select trunk_id, since as at, 1 as by from span
    union all select trunk_id, until, -1 from span
  ), levels as (
    select trunk_id, sum(by) over (partition by trunk_id order by at, by) as level from steps
  )
  select trunk_id, extract(epoch from hour)::float8 * 1000 as hour, erlangs,
      (select max(level) from levels where levels.trunk_id = busiest.trunk_id)::int as peak
    from busiest`;

/** From and until (exclusive). */
export async function trunkTraffic(
  db: Knex,
  [from, until]: readonly [from: Instant, until: Instant],
): Promise<Map<TrunkId, TrunkTraffic>> {
  const span = { from: new Date(from), until: new Date(until) };
  const { rows } = await db.raw<{ rows: TrafficRow[] }>(TRAFFIC, span);
  return new Map(
    rows.map(({ trunk_id, hour, erlangs, peak }) => [
      trunk_id,
      { busiest: { at: hour, erlangs }, peak },
    ]),
  );
}
