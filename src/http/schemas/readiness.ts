/** What watches the process from outside is told. */
import { Type } from '@sinclair/typebox';
import { ReadOnlySchema } from './read-only';

export const Alive = Type.Object({ status: Type.Literal('alive') });
export const Ready = Type.Object({
  status: Type.Literal('ready'),
  readOnly: Type.Optional(ReadOnlySchema),
});
