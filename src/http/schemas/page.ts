/** Every list has the same form: `?limit=&after=` asks, `{items, next}` answers. */
import type { TSchema } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import type { PageRequest } from '../queries';
import { Nullable } from './values';

/** The paging part of a list's query. */
export const PageQuery = {
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
  after: Type.Optional(
    Type.String({ pattern: '^[\\w.~-]{1,256}$', description: 'The `next` of the page before.' }),
  ),
};

/** The same of what is in memory as a whole, and few as a rule: who asks for nothing gets as much as there is. */
export const WholePageQuery = {
  ...PageQuery,
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 200 }),
};

/** A page of items. */
export const PageOf = <T extends TSchema>(item: T) =>
  Type.Object({
    items: Type.Array(item),
    next: Nullable(Type.String({ description: 'Cursor of the next page; null at the end.' })),
  });

/** The paging part of a query that was checked. */
export function pageRequest({ limit, after }: { limit: number; after?: string }): PageRequest {
  return { limit, ...(after !== undefined && { after }) };
}
