/** Small schemas that several nouns share, and how times in a query are read. */
import type { SchemaOptions, TSchema } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import { CodedError } from '../../domain/errors';
import type { Instant } from '../../domain/time';

/** The value or null; null says that there is none, a missing key that nobody asked. */
export const Nullable = <T extends TSchema>(schema: T, options: SchemaOptions = {}) =>
  Type.Union([schema, Type.Null()], options);

/** Milliseconds since 1970-01-01T00:00:00Z. */
export const InstantValue = Type.Integer({
  description: 'Milliseconds since 1970-01-01T00:00:00Z.',
});

/** PostgreSQL takes no NUL, and logs and headers no line ends: none comes in. */
const PRINTABLE = '^[^\\u0000-\\u001f\\u007f]{1,64}$';

/** An id as it may stand in a path, query or body. */
export const Id = Type.String({ pattern: PRINTABLE });

/** A telephone number in any spelling, or what was dialled when it is none. */
export const NumberText = Type.String({
  pattern: PRINTABLE,
  description: 'Telephone number in any spelling.',
});

/** A time in a query, see `instantOf`. */
export const InstantText = Type.String({
  pattern: '^(\\d{1,14}|\\d{4}-\\d\\d-\\d\\dT[\\d:.]{5,12}(Z|[+-]\\d\\d:\\d\\d))$',
  description: 'Milliseconds since 1970-01-01T00:00:00Z, or ISO 8601 with its zone.',
  examples: ['2026-01-31T09:00:00+08:00'],
});

/** The time in a text that `InstantText` let through; refuses the 32nd of a month. */
export function instantOf(text: string): Instant {
  const instant = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(instant)) {
    throw new CodedError('INVALID_REQUEST', [{ at: 'querystring', problem: `no time: ${text}` }]);
  }
  return instant;
}
