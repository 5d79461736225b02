/** Prompts and the music as they are heard, and what takes their place. */
import { Type } from '@sinclair/typebox';
import { PageQuery } from './page';
import { InstantValue, Nullable } from './values';

const Language = Type.String({
  pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}$',
  description: 'Of those who hear it: `zh-CN`.',
});
const Key = Type.String({
  pattern: '^[a-z0-9][a-z0-9-]{0,63}$',
  description:
    'Of a built-in one, with the id of a store, a hotline or a queue behind it if it is theirs alone.',
});

export const PromptParams = Type.Object({ language: Language, key: Key });

export const PromptsQuery = Type.Object(
  { language: Type.Optional(Language), ...PageQuery },
  { additionalProperties: false },
);

export const PromptFileSchema = Type.Object({
  language: Nullable(Type.String(), {
    description: 'Null: the music, which is in none.',
  }),
  key: Type.String(),
  text: Nullable(
    Type.String({
      description: 'What the built-in one says, and so what one in its place should.',
      examples: ['您好，欢迎致电本店销售热线。'],
    }),
  ),
  whose: Type.Union([Type.Literal('own'), Type.Literal('built-in'), Type.Literal('nobody')], {
    description:
      'Whose is heard. `nobody`: the plan’s callers may have to hear it, and no folder has it.',
  }),
  lengthMs: Nullable(Type.Integer(), { description: 'Null: no sound that can be heard.' }),
  sha256: Nullable(Type.String({ description: 'Of the WAV file.' })),
  changedAt: Nullable(InstantValue, { description: 'Of the store’s own.' }),
  changedBy: Nullable(
    Type.String({
      description: 'A person, or `admin-token`; null: it did not come by this interface.',
      examples: ['zhao'],
    }),
  ),
});

export const PromptChanged = Type.Object({
  prompt: PromptFileSchema,
  heard: Type.Union([Type.Literal('now'), Type.Literal('later')], {
    description:
      '`later`: after the next `POST /api/prompts/reload`, or when the edge, which is away, is there again.',
  }),
});

export const ReloadQuery = Type.Object({
  reload: Type.Boolean({
    default: true,
    description:
      'False: nobody hears it before `POST /api/prompts/reload`, so that many change as one.',
  }),
});

/** The body: bytes, which the schema only describes. */
export const SoundBody = {
  content: Object.fromEntries(
    ['audio/wav', 'audio/mpeg', 'audio/ogg'].map((type) => [
      type,
      { schema: { description: 'The file as it is.', examples: ['RIFF…'] } },
    ]),
  ),
};
