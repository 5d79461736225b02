/** Every row of every table of ours as PostgreSQL writes it, sorted: two databases that answer alike hold the same. */
import type { Database } from '../../src/store/database';

export async function everyRow(db: Database): Promise<Record<string, string[]>> {
  const tables = await db('pg_tables')
    .where('schemaname', 'public')
    .whereNot('tablename', 'like', 'knex%')
    .orderBy('tablename')
    .pluck<string[]>('tablename');
  const rows: Record<string, string[]> = {};
  for (const table of tables) {
    const found: { row: string }[] = await db(table).select(
      db.raw('(to_jsonb(??.*))::text as row', [table]),
    );
    rows[table] = found.map(({ row }) => row).sort();
  }
  return rows;
}
