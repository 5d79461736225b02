import type { Client } from 'pg';
import type { Counted } from './callers';

export interface Faults {
  talks: number;
  promises: number;
  left: number;
  overCapacity: number;
  recordings: number;
  formsFilled: number;
  /** What is not as it should be, in words; empty is well. */
  faults: string[];
}

/** Each a sentence about the records that must be true of no row. */
const NEVER: Record<string, string> = {
  'a call without an outcome': `select id from call where outcome is null`,
  'a talk without exactly one stored recording': `select c.id from call c
    where c.outcome = 'talk' and 1 <> (select count(*) from recording r
      where r.call_id = c.id and r.state = 'stored')`,
  'a recording without its call': `select r.id from recording r
    where not exists (select from call c where c.id = r.call_id)`,
  'a talk without a form': `select c.id from call c where c.outcome = 'talk'
    and not exists (select from call_form f where f.call_id = c.id)`,
  'a person with two open promises': `select number from promise
    where state in ('open', 'claimed') group by hotline, number having count(*) > 1`,
  'who went without a talk and was promised nothing': `select c.id from call c
    where c.outcome in ('left', 'promise', 'over-capacity') and not exists (
      select from promise p where p.number = c.from_number and p.hotline = c.hotline)`,
  'who talked and is promised a call': `select p.id from promise p join call c
    on c.from_number = p.number and c.hotline = p.hotline and c.outcome = 'talk'
    where p.state in ('open', 'claimed')`,
  'a call by our fault': `select id from call where outcome in ('broken', 'refused')`,
};

/** What the database has after the burst, and what of it is wrong. */
export async function faultsIn(db: Client, { calls }: Counted): Promise<Faults> {
  const faults: string[] = [];
  for (const [what, sql] of Object.entries(NEVER)) {
    const { rows } = await db.query<Record<string, unknown>>(sql);
    if (rows.length > 0) faults.push(`${what}: ${rows.length}, ${JSON.stringify(rows[0])}`);
  }
  const count = async (from: string): Promise<number> => {
    const { rows } = await db.query<{ n: string }>(`select count(*) as n from ${from}`);
    return Number(rows[0]?.n);
  };
  const arrived = await count(`call where direction = 'inbound'`);
  if (arrived !== calls) faults.push(`${calls} called, and ${arrived} are in the records`);
  return {
    talks: await count(`call where outcome = 'talk'`),
    promises: await count(`promise`),
    left: await count(`call where outcome = 'left'`),
    overCapacity: await count(`call where outcome = 'over-capacity'`),
    recordings: await count(`recording where state = 'stored'`),
    formsFilled: await count(`call_form where state = 'complete'`),
    faults,
  };
}
