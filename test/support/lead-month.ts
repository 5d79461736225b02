/**
 * Months of a store's leads as they go: who came when and by which way, who was invited, arrived, bought and got his car,
 * or was lost and why; some days before and after the month that a test asks for, and another store beside it. Drawn from
 * a seed, kept in memory as it is written, so that a test can count by itself.
 */
import { SOURCES } from '../../src/domain/form/choices';
import type { Database } from '../../src/store/database';
import { seeded, type Random } from '../simulation/random';

const DAY_MS = 86_400_000;
export const STORE = 'bj01';
export const ZONE = 'Asia/Shanghai';
/** March 2026 in Beijing. */
export const MARCH = {
  from: Date.parse('2026-03-01T00:00:00+08:00'),
  to: Date.parse('2026-04-01T00:00:00+08:00'),
};
export const TELEMARKETERS = ['wang', 'li', 'wu'];
export const SALESPEOPLE = ['zhu', 'xu'];
export const REASONS = ['价格', '购买竞品', '推迟购车'];

export interface MonthLead {
  id: string;
  store: string;
  source: string;
  channel: string | null;
  /** Whose it became by a rule, or by who opened it. */
  owner: string | null;
  /** Whose it is now: who arrived is a salesperson's. */
  ownerNow: string | null;
  number: string;
  openedAt: number;
  closedAt: number | null;
  state: string;
  endReason: string | null;
  series: string | null;
  intendedOn: string | null;
  /** All that is asked of him but what stands beside it here. */
  isTold: boolean;
  invitedAt: number[];
  arrivals: { at: number; telemarketer: string | null; salesperson: string }[];
}

export interface MonthDeal {
  id: string;
  lead: MonthLead | null;
  store: string;
  kind: string;
  closedAt: number;
  salesperson: string;
  deliveredAt: number | null;
}

export interface LeadMonth {
  leads: MonthLead[];
  deals: MonthDeal[];
}

const id = (kind: number, n: number): string =>
  `00000000-0000-7000-8000-${kind}${String(n).padStart(11, '0')}`;

/** A moment of the time around the month; now and then exactly one of its borders. */
const moment = (random: Random): number =>
  random.chance(0.05)
    ? random.pick([MARCH.from, MARCH.to, MARCH.from - 1, MARCH.to - 1])!
    : MARCH.from - 20 * DAY_MS + random.below(70 * 24 * 60) * 60_000;

function leadOf(random: Random, n: number): MonthLead {
  const openedAt = moment(random);
  const later = (days: number): number => openedAt + random.below(days * 24 * 60) * 60_000;
  const invitedAt = random.chance(0.5)
    ? [later(5), ...(random.chance(0.3) ? [later(15)] : [])]
    : [];
  const comes = random.chance(invitedAt.length > 0 ? 0.5 : 0.1);
  const arrivals = Array.from({ length: comes ? 1 + random.below(3) : 0 }, () => ({
    at: later(20),
    telemarketer: invitedAt.length > 0 ? random.pick(TELEMARKETERS)! : null,
    salesperson: random.pick(SALESPEOPLE)!,
  }));
  const state =
    random.pick(['open', 'open', 'defeated', 'lost-control', 'archived', 'invalid'] as const) ??
    'open';
  const isLost = state === 'defeated' || state === 'lost-control';
  const owner = random.pick([...TELEMARKETERS, null]) ?? null;
  return {
    ...{ id: id(1, n), store: random.chance(0.15) ? 'sh01' : STORE, openedAt, state },
    source: random.pick(['inbound', 'inbound', 'hq', 'web', 'showroom', 'outbound', 'walk-in'])!,
    channel: random.pick([...SOURCES.map((one) => one.id), null]) ?? null,
    ...{ owner, ownerNow: arrivals.at(-1)?.salesperson ?? owner },
    number: random.chance(0.03) ? '' : `+86138${String(n).padStart(8, '0')}`,
    closedAt: state === 'open' ? null : later(25),
    endReason: isLost ? (random.pick([...REASONS, null]) ?? null) : null,
    series: random.pick(['3系', 'X3', null]) ?? null,
    intendedOn: random.pick(['2026-03-20', '2026-06-30', '2026-07-01', '2027-05-01', null]) ?? null,
    ...{ isTold: random.chance(0.6), invitedAt, arrivals },
  };
}

export function leadMonth(seed: number, leadCount = 900): LeadMonth {
  const random = seeded(seed);
  const leads = Array.from({ length: leadCount }, (_, n) => leadOf(random, n));
  const deals: MonthDeal[] = [];
  const sell = (lead: MonthLead | null, store: string, kind: string, closedAt: number): void => {
    const deliveredAt = random.chance(0.7) ? closedAt + random.below(10) * DAY_MS : null;
    const salesperson = random.pick(SALESPEOPLE)!;
    deals.push({ id: id(2, deals.length), lead, store, kind, closedAt, salesperson, deliveredAt });
  };
  for (const lead of leads) {
    if (lead.state !== 'open' || !random.chance(lead.arrivals.length > 0 ? 0.4 : 0.02)) continue;
    const last = Math.max(lead.openedAt, ...lead.arrivals.map(({ at }) => at));
    lead.state = 'won';
    lead.closedAt = last + random.below(5) * DAY_MS;
    const kind = random.pick(['low-intent', 'non-showroom', 'non-showroom', 'showroom'])!;
    sell(lead, lead.store, kind, lead.closedAt);
  }
  // Who bought in the showroom and was nobody's lead.
  for (let n = 0; n < leadCount / 3; n += 1)
    sell(null, random.chance(0.1) ? 'sh01' : STORE, 'showroom', moment(random));
  return { leads, deals };
}

/** A customer each; in bulk. */
export async function writeMonth(db: Database, { leads, deals }: LeadMonth): Promise<void> {
  const at = (moment: number | null): Date | null => (moment === null ? null : new Date(moment));
  const customer = (lead: MonthLead): string => lead.id.replace('8000-1', '8000-3');
  const write = (table: string, rows: object[]) => db.batchInsert(table, rows, 500);
  await write(
    'customer',
    leads.map((lead) => ({
      ...{ id: customer(lead), root_id: customer(lead), store_id: lead.store },
      ...{ controller: `store:${lead.store}`, name: lead.isTold ? '王先生' : '' },
      ...{ kind: lead.isTold ? 'person' : null, sex: lead.isTold ? 'male' : ' ' },
      ...{ created_at: at(lead.openedAt), changed_at: at(lead.openedAt) },
    })),
  );
  await write(
    'lead',
    leads.map((lead) => ({
      ...{ id: lead.id, customer_id: customer(lead), store_id: lead.store, source: lead.source },
      ...{ channel: lead.channel, owner_id: lead.ownerNow, number: lead.number, state: lead.state },
      ...{ opened_at: at(lead.openedAt), closed_at: at(lead.closedAt), end_reason: lead.endReason },
      ...{ interest_series: lead.series, interest_model: lead.isTold ? '豪华型' : null },
      ...{ intended_on: lead.intendedOn, customer_type: lead.isTold ? '首购' : null },
      ...{ present_car: lead.isTold ? '无' : null, contact_result: lead.isTold ? '有意向' : '' },
      next_plan: lead.isTold ? '周六试驾' : null,
    })),
  );
  await write(
    'lead_owner',
    leads.flatMap((lead) => {
      const isHanded = lead.ownerNow !== lead.owner;
      const handedAt = at(Math.max(lead.openedAt, ...lead.arrivals.map((one) => one.at)));
      const common = { lead_id: lead.id, by_id: '' };
      const opened = { owner_id: lead.owner, way: 'opened', from_at: at(lead.openedAt) };
      const handed = {
        owner_id: lead.ownerNow,
        way: 'handover',
        from_at: handedAt,
        until_at: null,
      };
      const n = Number(lead.id.slice(-11));
      return [
        { id: id(1, n), ...common, ...opened, until_at: isHanded ? handedAt : null },
        ...(isHanded ? [{ id: id(2, n), ...common, ...handed }] : []),
      ];
    }),
  );
  await write(
    'appointment',
    leads.flatMap((lead) =>
      lead.invitedAt.map((invited, n) => ({
        ...{
          id: id(4 + n, Number(lead.id.slice(-11))),
          lead_id: lead.id,
          customer_id: customer(lead),
        },
        ...{ store_id: lead.store, telemarketer_id: lead.owner ?? 'wang', state: 'open' },
        ...{ invited_at: at(invited), due_at: at(invited + DAY_MS) },
      })),
    ),
  );
  await write(
    'arrival',
    leads.flatMap((lead) =>
      lead.arrivals.map((arrival, n) => ({
        ...{
          id: id(6 + n, Number(lead.id.slice(-11))),
          lead_id: lead.id,
          customer_id: customer(lead),
        },
        ...{ store_id: lead.store, telemarketer_id: arrival.telemarketer, is_new: n === 0 },
        ...{ salesperson_id: arrival.salesperson, arrived_at: at(arrival.at) },
      })),
    ),
  );
  await write(
    'deal',
    deals.map((deal) => ({
      ...{
        id: deal.id,
        lead_id: deal.lead?.id ?? null,
        store_id: deal.store,
        sale_kind: deal.kind,
      },
      customer_id: deal.lead ? customer(deal.lead) : null,
      ...{ salesperson_id: deal.salesperson, closed_at: at(deal.closedAt) },
    })),
  );
  await write(
    'delivery',
    deals.flatMap((deal) =>
      deal.deliveredAt === null
        ? []
        : [
            {
              ...{
                id: deal.id,
                deal_id: deal.id,
                lead_id: deal.lead?.id ?? null,
                store_id: deal.store,
              },
              ...{ salesperson_id: deal.salesperson, delivered_at: at(deal.deliveredAt) },
            },
          ],
    ),
  );
}
