/** How callers rated agents. */
import { Type } from '@sinclair/typebox';
import { WholePageQuery } from './page';
import { StoreQuery } from './store';
import { InstantText } from './values';

export const RatingsQuery = Type.Object(
  {
    ...StoreQuery,
    ...{ from: Type.Optional(InstantText), to: Type.Optional(InstantText) },
    ...WholePageQuery,
  },
  { additionalProperties: false },
);

export const AgentRatingsSchema = Type.Object({
  agentId: Type.String(),
  ratings: Type.Integer(),
  mean: Type.Number({ description: '1 to 5, 5 being the best; two decimals.' }),
  settled: Type.Integer({ description: 'Callers who said that their matter is settled.' }),
  notSettled: Type.Integer(),
});
