/** What the edge keeps out: counters by reason, and the addresses that are held back now. */
import { Type } from '@sinclair/typebox';
import { InstantValue } from './values';

/** An IPv4 or IPv6 literal; what else it may be is decided where it is looked for. */
const Address = Type.String({ pattern: '^[0-9a-fA-F:.]{2,45}$', examples: ['192.0.2.1'] });

export const GuardSchema = Type.Object({
  counters: Type.Record(Type.String(), Type.Integer(), {
    description: 'By reason, since the edge started; the reasons stand in docs/operations.md.',
    examples: [{ flood: 1200, scanner: 3 }],
  }),
  sources: Type.Array(
    Type.Object({
      address: Type.String(),
      why: Type.Union([
        Type.Literal('flood'),
        Type.Literal('scanner'),
        Type.Literal('digest'),
        Type.Literal('secret'),
      ]),
      since: InstantValue,
      until: InstantValue,
      dropped: Type.Integer({ description: 'Messages that were not served meanwhile.' }),
    }),
    { description: 'At most 200, those with the most dropped messages first.' },
  ),
  more: Type.Integer({ description: 'How many more there are.' }),
});

export const UnblockBody = Type.Object({ address: Address }, { additionalProperties: false });
