/** Whether people may change what is kept. */
import { Type } from '@sinclair/typebox';
import { InstantValue } from './values';

export const ReadOnlySchema = Type.Object(
  {
    why: Type.Union([
      Type.Literal('ordered', { description: 'By `npx openline read-only on`.' }),
      Type.Literal('disk', { description: 'The disk of the data folder is nearly full.' }),
      Type.Literal('database', { description: 'The database is away, or takes no changes.' }),
    ]),
    since: InstantValue,
  },
  { description: 'Nothing may be changed; calls go on.' },
);
