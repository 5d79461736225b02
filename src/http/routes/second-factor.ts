/** Setting up one's second factor, behind one's password. */
import { CodedError } from '../../domain/errors';
import { personOf, sessionOf } from '../auth';
import type { HttpDeps } from '../deps';
import { guarded, type Guessing } from '../guessing';
import { problems } from '../schemas/problem';
import {
  BeginFactorBody,
  FactorCodeBody,
  FactorShown,
  RecoveryCodes,
} from '../schemas/second-factor';
import { addressOf } from '../trusted-proxies';
import type { Routes } from './app';

export function secondFactorRoutes(app: Routes, deps: HttpDeps, guessing: Guessing): void {
  addBeginning(app, deps, guessing);
  addConfirmation(app, deps, guessing);
}

function addBeginning(app: Routes, { accounts, factors, now }: HttpDeps, guessing: Guessing): void {
  app.post(
    '/api/me/second-factor',
    {
      config: { access: 'person', evenPending: true },
      schema: {
        tags: ['session'],
        summary: 'Have a secret for an authenticator app (RFC 6238), shown in the answer only.',
        description:
          'It counts when /confirm was sent one of its codes. Who has a second factor already ' +
          'gives a code of it, too.',
        body: BeginFactorBody,
        response: { 200: FactorShown, ...problems(...PROVING) },
      },
    },
    async (request, reply) => {
      const { id } = personOf(request);
      const { password, code } = request.body;
      const attempt = { account: id, address: addressOf(request) };
      const proved = await guarded(guessing, attempt, { now, reply }, async () => {
        if (!(await accounts.verify(id, password))) return null;
        if (!factors.isOn(id)) return true;
        return code !== undefined && (await factors.use(id, code)) ? true : null;
      });
      if (!proved) throw new CodedError('WRONG_CREDENTIALS');
      return factors.begin(id);
    },
  );
}

function addConfirmation(
  app: Routes,
  { sessions, factors, audit, now }: HttpDeps,
  guessing: Guessing,
): void {
  app.post(
    '/api/me/second-factor/confirm',
    {
      config: { access: 'person', evenPending: true },
      schema: {
        tags: ['session'],
        summary: 'Turn the second factor on; answers codes for paper, and ends all other sessions.',
        body: FactorCodeBody,
        response: { 200: RecoveryCodes, ...problems(...PROVING) },
      },
    },
    async (request, reply) => {
      const { id } = personOf(request);
      const attempt = { account: id, address: addressOf(request) };
      const noted = (subject: string) => audit({ who: id, what: 'second-factor.on', subject });
      const confirmed = () => factors.confirm(id, request.body.code, noted);
      const recoveryCodes = await guarded(guessing, attempt, { now, reply }, confirmed);
      if (!recoveryCodes) throw new CodedError('WRONG_CREDENTIALS');
      const how = { by: id, why: 'second-factor', but: sessionOf(request).id } as const;
      await sessions.endAll(id, how);
      return { recoveryCodes };
    },
  );
}

const PROVING = [
  ...(['INVALID_REQUEST', 'NOT_AUTHENTICATED', 'WRONG_CREDENTIALS'] as const),
  ...(['CROSS_SITE', 'TOO_MANY_ATTEMPTS'] as const),
] as const;
