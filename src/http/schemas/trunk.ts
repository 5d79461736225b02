/** A trunk as it stands now. */
import { Type } from '@sinclair/typebox';
import { InstantValue, Nullable } from './values';

export const TrunkSchema = Type.Object({
  id: Type.String(),
  channels: Type.Integer(),
  used: Type.Integer({ description: 'Legs of both directions; callers are taken above channels.' }),
  peak: Type.Integer({ description: 'Most at once today (Asia/Shanghai).' }),
  minutesFull: Type.Integer({ description: 'Minutes of today in which all channels were used.' }),
  nearlyFull: Type.Boolean({ description: 'The alarm of 80 % stands.' }),
  reservedForInbound: Type.Integer({
    description: 'Channels that calls of ours leave to callers.',
  }),
  cps: Nullable(Type.Integer({ description: 'Calls of ours in one second.' })),
  gateways: Type.Array(
    Type.Object({
      address: Type.String(),
      up: Type.Boolean({ description: 'False: it answered none of the last two OPTIONS.' }),
    }),
  ),
  registration: Nullable(
    Type.Object({
      is: Type.Union([
        Type.Literal('registering'),
        Type.Literal('registered'),
        Type.Literal('failing'),
      ]),
      since: InstantValue,
      status: Type.Optional(Type.Integer({ description: 'SIP status of the last refusal.' })),
    }),
  ),
});
