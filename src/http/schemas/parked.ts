import { Type } from '@sinclair/typebox';
import { InstantValue } from './values';

export const ParkedSchema = Type.Object({
  slot: Type.String({ description: 'The number that is called out: 701 to 799, for each store.' }),
  storeId: Type.String(),
  callId: Type.String(),
  queueId: Type.String(),
  from: Type.String({ description: 'E.164 where it is one; empty when withheld.' }),
  name: Type.String({ description: 'Of the caller; empty when nobody knows it.' }),
  parkedBy: Type.String({ description: 'The agent who gets him back at the limit.' }),
  since: InstantValue,
  until: InstantValue,
});

export const SlotParams = Type.Object({
  slot: Type.String({ pattern: '^7[0-9]{2}$', description: 'As park told it.' }),
});
