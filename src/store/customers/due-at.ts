/** When a lead is to be contacted, as `dueAtOf` of the domain says it, as parts of a query that has the lead `l` and rules `s` of its store. */
import { lastMomentOf } from '../../domain/day';
import type { Instant } from '../../domain/time';
import type { RuledStore } from '../../http/lead-list-ports';
import { isHeldSql } from './dialable-leads';

/** Columns of the rules of a store, of which `rulesRow` makes a row. */
export const RULES_COLUMNS = `zone text, until timestamptz, first int,
      h int, a int, b int, c int, h_value float8, a_value float8, b_value float8, c_value float8`;

/** The end of the day of the store in which that is, or of one so many days later. */
const endOfDay = (at: string, days: string): string =>
  `((${at} at time zone s.zone)::date + 1 + ${days})::timestamp at time zone s.zone - interval '1 millisecond'`;

/**
 * `due.at`, by the days from one contact to the next. `end`: `offset 0`, where it is named often and is to be worked out once.
 */
export const dueAt = (days: string, end = ''): string => `
    cross join lateral (select ${endOfDay('l.opened_at', 's.first')} as first) day
    cross join lateral (select greatest(
      case when l.opened_by_call is null or l.last_contact_at > day.first then l.last_contact_at end,
      (select max(u.done_at) from follow_up u
        where l.next_due_at is null and u.call_id = l.opened_by_call and u.state = 'done')) as at ${end}
    ) contacted
    cross join lateral (select coalesce(l.next_due_at,
      case when contacted.at is null then day.first else ${endOfDay('contacted.at', days)} end) as at ${end}
    ) due`;

/** `due.at`, and of its level the `rule.days` and `rule.value`. */
export const DUE_AT = `
    cross join lateral (select
      case l.level when 'H' then s.h when 'A' then s.a when 'B' then s.b else s.c end as days,
      case l.level when 'H' then s.h_value when 'A' then s.a_value when 'B' then s.b_value else s.c_value end as value
    ) rule ${dueAt('rule.days')}`;

/**
 * Something is due of it: somebody works on it, or means to call again who was lost. Who called after-sales is theirs; what is
 * to be confirmed first is not the dealer's yet (A26).
 */
export const IS_OWED = `(l.state in ('open', 'arrived') or l.next_due_at is not null)
      and l.state in ('open', 'arrived', 'defeated', 'lost-control')
      and l.kind is distinct from 'after-sale' and not ${isHeldSql('l')}`;

export function rulesRow({ zone, rules }: RuledStore, now: Instant) {
  const { H, A, B, C } = rules.levels;
  return {
    ...{ zone, first: rules.firstFollowUpDays },
    until: new Date(lastMomentOf(zone, now)).toISOString(),
    ...{ h: H.followUpDays, a: A.followUpDays, b: B.followUpDays, c: C.followUpDays },
    ...{ h_value: H.value, a_value: A.value, b_value: B.value, c_value: C.value },
  };
}
