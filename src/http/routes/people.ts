/** What is seen to for others who cannot sign in. */
import { Type } from '@sinclair/typebox';
import type { FastifyRequest } from 'fastify';
import { CodedError } from '../../domain/errors';
import type { AgentId } from '../../domain/ids';
import type { PlanPerson } from '../../domain/plan';
import { mayOver } from '../../domain/rights';
import { personIn } from '../../domain/sign-in/first-administrator';
import { callerName } from '../auth';
import type { HttpDeps } from '../deps';
import { problems } from '../schemas/problem';
import { OneTimePassword } from '../schemas/session';
import { Id } from '../schemas/values';
import type { Routes } from './app';

export function peopleRoutes(app: Routes, deps: HttpDeps): void {
  const { accounts, factors, sessions, audit } = deps;
  app.post(
    '/api/people/:id/reset-password',
    {
      config: { access: 'people.secure' },
      schema: {
        tags: ['people'],
        summary: 'Give a person a password for one time, shown in the answer only.',
        description: 'It must be changed at the next sign-in. All sessions of the person end.',
        params: Type.Object({ id: Id }),
        response: { 200: OneTimePassword, ...problems(...SECURING) },
      },
    },
    async (request) => {
      const by = callerName(request);
      const { id } = mustSee(request, request.params.id, deps);
      await audit({ who: by, what: 'password.reset', subject: id });
      const password = await accounts.giveOneTime(id);
      await sessions.endAll(id, { by, why: 'password' });
      return { user: id, password };
    },
  );

  app.post(
    '/api/people/:id/lock',
    {
      config: { access: 'people.secure' },
      schema: {
        tags: ['people'],
        summary: 'Let nobody sign in as this person, until reset-password; all his sessions end.',
        description: 'His tokens do nothing as long as that lasts. At phones his PIN counts still.',
        params: Type.Object({ id: Id }),
        response: { 204: { type: 'null' }, ...problems(...SECURING) },
      },
    },
    async (request, reply) => {
      const by = callerName(request);
      const { id } = mustSee(request, request.params.id, deps);
      await audit({ who: by, what: 'person.locked', subject: id });
      await accounts.lock(id);
      await sessions.endAll(id, { by, why: 'locked' });
      return reply.code(204).send();
    },
  );

  app.post(
    '/api/people/:id/reset-second-factor',
    {
      config: { access: 'people.secure' },
      schema: {
        tags: ['people'],
        summary: 'Take the second factor of a person away who lost it; all his sessions end.',
        params: Type.Object({ id: Id }),
        response: { 204: { type: 'null' }, ...problems(...SECURING) },
      },
    },
    async (request, reply) => {
      const by = callerName(request);
      const { id } = mustSee(request, request.params.id, deps);
      await audit({ who: by, what: 'second-factor.reset', subject: id });
      await factors.reset(id);
      await sessions.endAll(id, { by, why: 'second-factor' });
      return reply.code(204).send();
    },
  );
}

const SECURING = [
  ...([
    'INVALID_REQUEST',
    'NOT_AUTHENTICATED',
    'FORBIDDEN_POST',
    'NOT_FOUND',
    'CROSS_SITE',
  ] as const),
] as const;

/** Of his own stores in all posts, for a person, or he could sign in as who is more; the command on this machine sees everybody. */
function mustSee({ caller }: FastifyRequest, id: AgentId, { live }: HttpDeps): PlanPerson {
  const person = personIn(live.plan(), id);
  const sees =
    person && (caller.is !== 'person' || mayOver(caller.person, 'people.secure', person));
  if (!sees) throw new CodedError('NOT_FOUND');
  return person;
}
