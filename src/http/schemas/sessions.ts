/** Sessions as they are listed. */
import { Type } from '@sinclair/typebox';
import { PageOf, WholePageQuery } from './page';
import { Id, InstantValue } from './values';

export const PersonQuery = Type.Object(
  { person: Type.Optional(Id) },
  { additionalProperties: false },
);

/** Of a person what is asked for in pages. */
export const PersonPageQuery = Type.Object(
  { person: Type.Optional(Id), ...WholePageQuery },
  { additionalProperties: false },
);

export const SessionList = PageOf(
  Type.Object({
    id: Type.String(),
    personId: Type.String(),
    startedAt: InstantValue,
    seenAt: InstantValue,
    expiresAt: InstantValue,
    address: Type.String({ description: 'From where it was opened.' }),
    client: Type.String({ description: 'What the program said of itself (User-Agent).' }),
    current: Type.Boolean({ description: 'It is the one that asks.' }),
  }),
);

export const EndedSessions = Type.Object({ ended: Type.Integer() });
