/** Rows of who wants no texts. One that was lifted stays, so that it is known who wanted none, and until when. */
import type { OptOut } from '../domain/message/message';
import type { Page, PageRequest } from '../http/queries';
import type { Database } from './database';
import { page } from './page';
import { instant, timestamp } from './statement';

interface Row {
  id: string;
  scope: string;
  number: string;
  at: Date;
  by: string;
  how: string;
}

const fromRow = ({ id, scope, number, at, by, how }: Row): OptOut => ({
  ...{ id, scope, number, at: instant(at), by, how },
});

/** It stands from now on; one that stood before stays, with its proof. Answers the one that stands. */
export async function addOptOut(db: Database, wanted: OptOut): Promise<OptOut> {
  const { scope, number } = wanted;
  await db.raw(
    `insert into opt_out (id, scope, number, at, by, how) values (:id, :scope, :number, :at, :by, :how)
     on conflict (scope, number) where lifted_at is null do nothing`,
    { ...wanted, at: timestamp(wanted.at) },
  );
  const row = await db<Row>('opt_out').where({ scope, number }).whereNull('lifted_at').first();
  return row ? fromRow(row) : wanted;
}

/** False: none stood. */
export async function liftOptOut(
  db: Database,
  { scope, number, by }: Pick<OptOut, 'scope' | 'number' | 'by'>,
): Promise<boolean> {
  const lifted = { lifted_at: db.fn.now(), lifted_by: by };
  const count = await db('opt_out').where({ scope, number }).whereNull('lifted_at').update(lifted);
  return count > 0;
}

/** Those that stand, the newest first. */
export function optOutPage(
  db: Database,
  scopes: readonly string[],
  request: PageRequest,
): Promise<Page<OptOut>> {
  const query = db<Row>('opt_out').whereIn('scope', [...scopes]);
  return page(query.whereNull('lifted_at'), request, { timeColumn: 'at', fromRow });
}
