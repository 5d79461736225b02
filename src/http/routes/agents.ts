/**
 * What an agent asks of his desk. Nothing is decided here: the desk accepts, and the agent is shown
 * as he then stands, or refuses with a code.
 */
import type { RefusalCode } from '../../domain/errors';
import { BugError, CodedError } from '../../domain/errors';
import type { AgentId } from '../../domain/ids';
import type { AgentView } from '../../domain/notices';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import { AgentSchema, NotReadyBody } from '../schemas/agent';
import { problems } from '../schemas/problem';
import type { Routes } from './app';

export function agentRoutes(app: Routes, { desk, live }: HttpDeps): void {
  const answer = (agentId: AgentId, refusal: RefusalCode | null): AgentView => {
    const agent = live.agents().find(({ id }) => id === agentId);
    // Which, so that a page can show them.
    if (refusal === 'FORM_OPEN') throw new CodedError(refusal, { calls: agent?.openForms ?? [] });
    if (refusal) throw new CodedError(refusal);
    if (!agent) throw new BugError(`the desk accepted ${agentId}, whom nobody knows`);
    return agent;
  };

  app.post(
    '/api/agents/me/ready',
    {
      config: { access: 'person' },
      schema: {
        tags: ['agent'],
        summary: 'Take calls from now on, or after the present one.',
        response: { 200: AgentSchema, ...problems(...DESK) },
      },
    },
    (request) => {
      const { id } = personOf(request);
      return answer(id, desk.ready(id));
    },
  );

  app.post(
    '/api/agents/me/not-ready',
    {
      config: { access: 'person' },
      schema: {
        tags: ['agent'],
        summary: 'Take no more calls, with a reason; the present one goes on.',
        body: NotReadyBody,
        response: { 200: AgentSchema, ...problems('INVALID_REQUEST', ...DESK) },
      },
    },
    (request) => {
      const { id } = personOf(request);
      return answer(id, desk.notReady(id, request.body.reason));
    },
  );

  app.post(
    '/api/agents/me/wrap-up',
    {
      config: { access: 'person' },
      schema: {
        tags: ['agent'],
        summary: 'End wrap-up before its limit; not before the form of the call is complete.',
        response: {
          200: AgentSchema,
          ...problems(...DESK, 'NOT_IN_WRAP_UP'),
        },
      },
    },
    (request) => {
      const { id } = personOf(request);
      return answer(id, desk.wrapUp(id));
    },
  );
}

const DESK = [
  'NOT_AUTHENTICATED',
  'CROSS_SITE',
  'NOT_AN_AGENT',
  'NO_PHONE',
  'NOT_SIGNED_IN',
  'FORM_OPEN',
  'NOTICE_UNREAD',
] as const;
