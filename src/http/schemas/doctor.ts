/** What somebody has to do about an installation. */
import { Type } from '@sinclair/typebox';
import { InstantValue, Nullable } from './values';

export const DoctorSchema = Type.Object({
  findings: Type.Array(
    Type.Object({
      what: Type.String({ description: 'What was looked at.' }),
      state: Type.Union([
        Type.Literal('ok'),
        Type.Literal('warn', { description: 'To be seen to, soon.' }),
        Type.Literal('fail', { description: 'To be seen to now.' }),
      ]),
      zh: Type.String(),
      en: Type.String(),
    }),
  ),
  trunks: Type.Array(
    Type.Object({
      id: Type.String(),
      channels: Type.Integer(),
      peak: Type.Integer({ description: 'Most channels in use at once in the last week.' }),
      busiest: Nullable(
        Type.Object(
          {
            at: InstantValue,
            erlangs: Type.Number({ description: 'Mean number of channels in use.' }),
          },
          { description: 'The busiest hour of the last week; null: there was no call.' },
        ),
      ),
      blocking: Type.Number({
        description:
          'Share of callers who hear "busy" from the carrier in that hour (Erlang B), 0 to 1.',
      }),
      forOneInHundred: Type.Integer({ description: 'Channels by which that is 1 %.' }),
      forOneInThousand: Type.Integer({ description: 'Channels by which that is 0.1 %.' }),
    }),
  ),
});
