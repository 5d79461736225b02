/** Signing in, and who is signed in. */
import { Type } from '@sinclair/typebox';
import { POSTS, type Post } from '../../domain/organisation';
import { AgentSchema } from './agent';
import { FactorCode } from './second-factor';
import { Id, InstantValue, Nullable } from './values';

export const SignInBody = Type.Object(
  {
    user: Id,
    password: Type.String({ minLength: 1, maxLength: 128 }),
    code: Type.Optional(FactorCode),
  },
  { additionalProperties: false },
);

const PostValue = Type.Unsafe<Post>(Type.String({ enum: [...POSTS] }));
export const NewPasswordBody = Type.Object(
  {
    current: Type.String({ minLength: 1, maxLength: 200 }),
    password: Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: '^[^\\u0000-\\u001f\\u007f]+$',
    }),
  },
  { additionalProperties: false },
);

export const AcknowledgementBody = Type.Object(
  { version: Type.String({ minLength: 1, maxLength: 32 }) },
  { additionalProperties: false },
);

export const OneTimePassword = Type.Object({ user: Type.String(), password: Type.String() });

export const SessionSchema = Type.Object({
  person: Type.Object({
    id: Type.String(),
    name: Type.String(),
    post: PostValue,
    posts: Type.Array(Type.Object({ post: PostValue, stores: Type.Array(Type.String()) }), {
      description: 'All that he holds, and in which stores.',
    }),
    store: Type.Object({ id: Type.String(), name: Type.String(), timezone: Type.String() }),
    queues: Type.Array(Type.String()),
  }),
  rights: Type.Array(Type.String({ examples: ['store.read'] })),
  expiresAt: InstantValue,
  mustChangePassword: Type.Optional(
    Type.Literal(true, {
      description: 'Until that is done by POST /api/me/password nothing else is: PASSWORD_EXPIRED.',
    }),
  ),
  mustSetUpSecondFactor: Type.Optional(
    Type.Literal(true, {
      description: 'Until that is done nothing else is: SECOND_FACTOR_MISSING.',
    }),
  ),
  mustAcknowledge: Type.Optional(
    Type.Object(
      { version: Type.String(), text: Type.String() },
      { description: 'What he has not yet acknowledged, in the language of Accept-Language.' },
    ),
  ),
  agent: Nullable(AgentSchema),
  deskRefusal: Type.Optional(
    Type.Object(
      {
        code: Type.String({ examples: ['NO_PHONE'] }),
        message: Type.String(),
        whatToDo: Type.Optional(Type.String()),
      },
      { description: 'Why the person was signed in to the pages but not as an agent.' },
    ),
  ),
});
