/** A queue's live counts. */
import { Type } from '@sinclair/typebox';
import { InstantValue, Nullable } from './values';

export const QueueSchema = Type.Object({
  id: Type.String(),
  storeId: Type.String(),
  waiting: Type.Integer(),
  offered: Type.Integer(),
  ready: Type.Integer(),
  signedIn: Type.Integer(),
  longestWaitSince: Nullable(InstantValue),
});
