/** The audit as it is read; journal-events.ts writes it. */
import type { AuditEntry, AuditFilter, Page, PageRequest } from '../http/queries';
import type { Database } from './database';
import { page } from './page';

interface AuditDbRow {
  id: string;
  at: Date;
  who: string;
  what: string;
  subject: string;
}

/** The newest first. */
export function auditPage(
  db: Database,
  { people, from, to, ...texts }: AuditFilter,
  request: PageRequest,
): Promise<Page<AuditEntry>> {
  const query = db<AuditDbRow>('audit').where(texts);
  if (people !== undefined) query.whereIn('who', people);
  if (from !== undefined) query.where('at', '>=', new Date(from));
  if (to !== undefined) query.where('at', '<', new Date(to));
  const fromRow = (row: AuditDbRow): AuditEntry => ({ ...row, at: row.at.getTime() });
  return page(query, request, { timeColumn: 'at', fromRow });
}
