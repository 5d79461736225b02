/** What everybody sees to himself: his password, and what he has to know. */
import { CodedError } from '../../domain/errors';
import { NOTICE } from '../../domain/sign-in/acknowledgement';
import { whyRefused } from '../../domain/sign-in/password-rules';
import { personOf, sessionOf } from '../auth';
import type { HttpDeps } from '../deps';
import { guarded, type Guessing } from '../guessing';
import { AcknowledgementBody, NewPasswordBody } from '../schemas/session';
import { problems } from '../schemas/problem';
import { addressOf } from '../trusted-proxies';
import type { Routes } from './app';

export function meRoutes(app: Routes, deps: HttpDeps, guessing: Guessing): void {
  addPassword(app, deps, guessing);
  addAcknowledgement(app, deps);
}

function addAcknowledgement(app: Routes, { acknowledgements }: HttpDeps): void {
  app.post(
    '/api/me/acknowledgement',
    {
      config: { access: 'person', evenPending: true },
      schema: {
        tags: ['session'],
        summary: 'Acknowledge that calls are recorded and scored.',
        description:
          'Kept with its time and the version of the text, which GET /api/session shows.',
        body: AcknowledgementBody,
        response: {
          204: { type: 'null' },
          ...problems('INVALID_REQUEST', 'NOT_AUTHENTICATED', 'CROSS_SITE', 'NOTICE_CHANGED'),
        },
      },
    },
    async (request, reply) => {
      if (request.body.version !== NOTICE.version) throw new CodedError('NOTICE_CHANGED');
      await acknowledgements.add(personOf(request).id, NOTICE.version);
      return reply.code(204).send();
    },
  );
}

function addPassword(app: Routes, deps: HttpDeps, guessing: Guessing): void {
  const { accounts, sessions, audit, now } = deps;
  app.post(
    '/api/me/password',
    {
      config: { access: 'person', evenPending: true },
      schema: {
        tags: ['session'],
        summary: 'Choose another password; all other sessions end.',
        description:
          'At least ten characters, not the user name, and none of the commonest ones. Wrong ' +
          'passwords count as those of a sign-in do.',
        body: NewPasswordBody,
        response: {
          204: { type: 'null' },
          ...problems(
            ...([
              'INVALID_REQUEST',
              'NOT_AUTHENTICATED',
              'WRONG_CREDENTIALS',
              'CROSS_SITE',
            ] as const),
            ...(['PASSWORD_REFUSED', 'TOO_MANY_ATTEMPTS'] as const),
          ),
        },
      },
    },
    async (request, reply) => {
      const { id } = personOf(request);
      const { current, password } = request.body;
      const attempt = { account: id, address: addressOf(request) };
      const verified = () => accounts.verify(id, current);
      if (!(await guarded(guessing, attempt, { now, reply }, verified)))
        throw new CodedError('WRONG_CREDENTIALS');
      const why = whyRefused(password, { personId: id, current });
      if (why !== null) throw new CodedError('PASSWORD_REFUSED', { why });
      await audit({ who: id, what: 'password.changed', subject: id });
      await accounts.change(id, password);
      await sessions.endAll(id, { by: id, why: 'password', but: sessionOf(request).id });
      return reply.code(204).send();
    },
  );
}
