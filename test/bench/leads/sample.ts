/** People and leads whom the bench asks for, drawn from what is stored. */
import { pinyin } from 'pinyin-pro';
import type { Database } from '../../../src/store/database';

export interface Sample {
  people: {
    name: string;
    pinyin: string;
    initials: string;
    number: string;
    plate: string;
    storeId: string;
    controller: string;
  }[];
  /** Each so often as contacts are about it, so that those with many come often. */
  leads: { leadId: string; customerId: string }[];
  stores: number;
  now: number;
}

interface PersonRow {
  name: string;
  number: string;
  plate: string;
  store: string;
  controller: string;
}

export async function sample(
  db: Database,
  { count, stores, now }: { count: number; stores: number; now: number },
): Promise<Sample> {
  const { rows: people } = await db.raw<{ rows: PersonRow[] }>(
    `select name, mobile as number, plate, store, controller from (
       select distinct 1 + floor(random() * (select max(n) from bench_customer))::bigint as n
       from generate_series(1, ?::int)) drawn join bench_customer using (n) where n % 100 <> 0`,
    [count],
  );
  const { rows: leads } = await db.raw<{ rows: { lead_id: string; customer_id: string }[] }>(
    `select lead_id, customer_id from (
       select 1 + floor((select max(i) from bench_lead) * power(random(), 1 + n % 2))::bigint as i
       from generate_series(1, ?::int) n offset 0) drawn join bench_lead using (i)`,
    [count],
  );
  return {
    people: people.map(({ name, number, plate, store, controller }) => ({
      ...{ name, number, plate, controller, storeId: store },
      ...{ pinyin: spelt(name), initials: initialsOf(name) },
    })),
    leads: leads.map((row) => ({ leadId: row.lead_id, customerId: row.customer_id })),
    ...{ stores, now },
  };
}

const PLAIN = { toneType: 'none', type: 'array', v: true } as const;
const spelt = (name: string): string => pinyin(name, PLAIN).join('');
const initialsOf = (name: string): string =>
  pinyin(name, PLAIN)
    .map((syllable) => syllable.charAt(0))
    .join('');
