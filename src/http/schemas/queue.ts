/** A queue's live counts. */
import { Type } from '@sinclair/typebox';
import { InstantValue, Nullable } from './values';

export const QueueSchema = Type.Object({
  id: Type.String(),
  storeId: Type.String(),
  waiting: Type.Integer({ description: 'Callers on the phone.' }),
  callBacks: Type.Integer({ description: 'In the same line, to be called back in their turn.' }),
  consultations: Type.Integer({
    description:
      'Agents who wait in the same line for somebody to ask, their customers on hold; not in waiting, nor in offered.',
  }),
  offered: Type.Integer(),
  ready: Type.Integer(),
  signedIn: Type.Integer(),
  longestWaitSince: Nullable(InstantValue),
  told: Type.Object(
    {
      coverage: Nullable(Type.Number()),
      wouldHold: Nullable(Type.Number()),
      meanErrorMs: Nullable(Type.Integer()),
      cases: Type.Integer(),
    },
    {
      description:
        'Waiting times: share of the latest hundred told ranges that held; the same of all ranges, told or not; mean error; cases that the next range is made of.',
    },
  ),
});
