/**
 * Leads that are held until they are confirmed, as who confirms them calls them (A26): whose time has come first, of these the
 * hottest level. What may not be dialled for another reason is not among them, nor who wants no calls (A22, A51).
 */
import type { Knex } from 'knex';
import { CodedError } from '../../domain/errors';
import type { StoreId } from '../../domain/ids';
import type { Instant } from '../../domain/time';
import type { HeldLead } from '../../http/confirmation-ports';
import type { Page, PageRequest } from '../../http/queries';
import { isUuid } from '../page';
import { instant, timestamp } from '../statement';
import { isHeldSql, mayBeConfirmedSql } from './dialable-leads';
import { fullLeadFromRow, LEAD_COLUMNS, type LeadTableRow } from './leads';
import { hashPads, notRefusedSql } from './refused-sql';

/** As of when the list is, and the last row that was seen. */
interface Cursor {
  now: Instant;
  turn: number;
  nextAt: Instant;
  id: string;
}

type HeldRow = LeadTableRow & { shown_name: string; turn: number };

/** The hottest level first, of those whose time has come; whoever is to be called later stands after all of them. */
const TURN = `(case when l.confirm_next_at > cast(:now as timestamptz) then 10 else 0 end
  + case l.level when 'H' then 0 when 'A' then 1 when 'B' then 2 else 3 end)`;

export async function heldPage(
  db: Knex,
  asked: { storeIds: readonly StoreId[]; now: Instant; key: Buffer },
  { limit, after }: PageRequest,
): Promise<Page<HeldLead>> {
  const last = after === undefined ? null : decode(after);
  const now = last?.now ?? asked.now;
  const behind = last === null ? '' : 'where (turn, confirm_next_at, id) > (:turn, :nextAt, :id)';
  const { rows } = await db.raw<{ rows: HeldRow[] }>(
    `select * from (
       select ${LEAD_COLUMNS}, coalesce(nullif(l.name, ''), r.name, '') as shown_name, ${TURN} as turn
       from lead l left join customer c on c.id = l.customer_id left join customer r on r.id = c.root_id
       where l.store_id = any(cast(:storeIds as text[])) and ${isHeldSql('l')}
         and ${mayBeConfirmedSql('l')} and ${notRefusedSql('l')}
     ) held ${behind} order by turn, confirm_next_at, id limit :most`,
    {
      ...{ storeIds: [...asked.storeIds], now: timestamp(now), most: limit + 1 },
      ...hashPads(asked.key),
      ...(last && { turn: last.turn, nextAt: timestamp(last.nextAt), id: last.id }),
    } as unknown as Knex.ValueDict,
  );
  const items = rows.slice(0, limit);
  const end = items.at(-1);
  const more = rows.length > items.length && end !== undefined;
  return { items: items.map(heldFrom), next: more ? encode(now, end) : null };
}

function heldFrom(row: HeldRow): HeldLead {
  const lead = fullLeadFromRow(row);
  return {
    ...{ id: lead.id, customerId: lead.customerId, storeId: lead.storeId, number: lead.number },
    ...{ name: row.shown_name, version: lead.version, level: lead.level, channel: lead.channel },
    ...{ prospect: lead.prospect, interestSeries: lead.interestSeries },
    ...{ interestModel: lead.interestModel, intendedOn: lead.intendedOn, openedAt: lead.openedAt },
    ...{ nextAt: lead.confirmation.nextAt ?? 0, tries: lead.confirmation.tries },
  };
}

const encode = (now: Instant, { turn, confirm_next_at: nextAt, id }: HeldRow): string =>
  Buffer.from([now, turn, instant(nextAt), id].join(' ')).toString('base64url');

function decode(text: string): Cursor {
  const words = Buffer.from(text, 'base64url').toString('utf8').split(' ');
  const [now = '', turn = '', nextAt = '', id = ''] = words;
  const isGood =
    /^\d{1,14}$/.test(now) && /^\d{1,2}$/.test(turn) && /^\d{1,14}$/.test(nextAt) && isUuid(id);
  if (!isGood) throw new CodedError('BAD_CURSOR');
  return { now: Number(now), turn: Number(turn), nextAt: Number(nextAt), id };
}
