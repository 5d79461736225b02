/** The answer of every status of 400 and more, for the OpenAPI document. */
import { Type } from '@sinclair/typebox';
import type { ErrorCode } from '../../domain/errors';
import { ERRORS } from '../../domain/errors';

const Problem = (codes: ErrorCode[]) =>
  Type.Object(
    {
      code: Type.String({ enum: codes, examples: codes.slice(0, 1) }),
      message: Type.String(),
      whatToDo: Type.Optional(Type.String()),
      details: Type.Optional(Type.Unknown()),
    },
    { description: codes.map((code) => `${code}: ${ERRORS[code].en}`).join(' ') },
  );

/** Responses of a route that can end in these codes, by their status. */
export function problems(...codes: ErrorCode[]): Record<number, ReturnType<typeof Problem>> {
  const statuses = [...new Set(codes.map((code) => ERRORS[code].status))];
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      Problem(codes.filter((code) => ERRORS[code].status === status)),
    ]),
  );
}
