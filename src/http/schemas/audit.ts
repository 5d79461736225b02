/** Who did what, and what is asked of that. */
import { Type } from '@sinclair/typebox';
import { PageQuery } from './page';
import { Id, InstantText, InstantValue } from './values';

export const AuditEntrySchema = Type.Object({
  id: Type.String(),
  at: InstantValue,
  who: Type.String({
    description:
      "A person's id, `admin-token` for a command on the machine, or the phone or trunk that was refused.",
    examples: ['chen'],
  }),
  what: Type.String({ examples: ['recording.heard'] }),
  subject: Type.String({
    description:
      'Id of what it was done to (of a recording `RECORDING of CALL`), or what was dialled.',
  }),
});

export const AuditQuery = Type.Object(
  {
    who: Type.Optional(Id),
    what: Type.Optional(Id),
    subject: Type.Optional(Type.String({ pattern: '^[^\\u0000-\\u001f\\u007f]{1,256}$' })),
    from: Type.Optional(InstantText),
    to: Type.Optional(InstantText),
    ...PageQuery,
  },
  { additionalProperties: false },
);
