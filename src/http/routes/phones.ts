/** Hot desking: who sits at which phone. Nothing is decided here: the desk accepts, or refuses with a code. */
import { BugError, CodedError, type RefusalCode } from '../../domain/errors';
import type { AgentId } from '../../domain/ids';
import type { AgentView } from '../../domain/notices';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import { AgentSchema } from '../schemas/agent';
import { PhoneParams } from '../schemas/phone';
import { problems } from '../schemas/problem';
import type { Routes } from './app';

export function phoneRoutes(app: Routes, { desk, live }: HttpDeps): void {
  const viewOf = (agentId: AgentId): AgentView => {
    const agent = live.agents().find(({ id }) => id === agentId);
    if (!agent) throw new BugError(`the desk accepted ${agentId}, whom nobody knows`);
    return agent;
  };
  const accepted = (refusal: RefusalCode | null): void => {
    if (refusal) throw new CodedError(refusal);
  };

  app.post(
    '/api/phones/:id/sign-in',
    {
      config: { access: 'person' },
      schema: {
        tags: ['agent'],
        summary:
          'Sit down at a phone that belongs to nobody: the own calls ring there until sign-out.',
        params: PhoneParams,
        response: { 200: AgentSchema, ...problems(...SEAT, 'NOT_AN_AGENT') },
      },
    },
    (request) => {
      const { id } = personOf(request);
      accepted(desk.sit(id, request.params.id));
      return viewOf(id);
    },
  );

  app.post(
    '/api/phones/:id/sign-out',
    {
      config: { access: 'person' },
      schema: {
        tags: ['agent'],
        summary: 'Free the phone: by who sits there, or by who oversees his store.',
        params: PhoneParams,
        response: {
          204: { type: 'null', description: 'Nobody sits there any more.' },
          ...problems(...SEAT, 'NOBODY_THERE'),
        },
      },
    },
    (request, reply) => {
      accepted(desk.freeSeat(personOf(request).id, request.params.id));
      return reply.code(204).send();
    },
  );
}

const SEAT = ['NOT_AUTHENTICATED', 'CROSS_SITE', 'NO_SUCH_PHONE', 'SEAT_TAKEN'] as const;
