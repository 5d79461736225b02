/** Second factors. */
import { Type } from '@sinclair/typebox';

/** Six digits, or one from paper. */
export const FactorCode = Type.String({
  pattern: '^[0-9A-Za-z-]{6,32}$',
  description: 'Six digits of the authenticator app, or a recovery code.',
});

export const BeginFactorBody = Type.Object(
  {
    password: Type.String({ minLength: 1, maxLength: 200 }),
    code: Type.Optional(FactorCode),
  },
  { additionalProperties: false },
);

export const FactorCodeBody = Type.Object({ code: FactorCode }, { additionalProperties: false });

export const FactorShown = Type.Object({
  secret: Type.String({ description: 'Base32, for typing.' }),
  uri: Type.String({ description: '`otpauth://…`, for a QR code.' }),
});

export const RecoveryCodes = Type.Object({
  recoveryCodes: Type.Array(Type.String(), { description: 'For paper; each is good once.' }),
});
