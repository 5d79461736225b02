/**
 * While nothing may be changed: what people change is refused with `READ_ONLY`. Decides what passes all the same: signing in
 * and out, and everything by which calls are served. What of that is kept, the journal keeps.
 */
import type { FastifyInstance } from 'fastify';
import { CodedError } from '../domain/errors';
import type { HttpDeps } from './deps';

/** A new route that changes something is refused until it stands here. */
export const PASSES: ReadonlySet<string> = new Set([
  'POST /api/session',
  'DELETE /api/session',
  'DELETE /api/sessions',
  'DELETE /api/sessions/:id',
  'DELETE /api/tokens/:id',
  'POST /api/me/acknowledgement',
  'POST /api/me/password',
  'POST /api/me/second-factor',
  'POST /api/me/second-factor/confirm',
  'POST /api/people/:id/lock',
  'POST /api/people/:id/reset-password',
  'POST /api/people/:id/reset-second-factor',
  'POST /api/agents/me/ready',
  'POST /api/agents/me/not-ready',
  'POST /api/agents/me/wrap-up',
  'POST /api/phones/:id/sign-in',
  'POST /api/phones/:id/sign-out',
  'POST /api/calls',
  // Whose form is open takes no further call.
  'POST /api/calls/:id/form',
  'POST /api/calls/:id/pick-up',
  'POST /api/calls/:id/consult',
  'POST /api/calls/:id/consult/complete',
  'POST /api/calls/:id/consult/swap',
  'POST /api/calls/:id/consult/conference',
  'DELETE /api/calls/:id/consult',
  'POST /api/calls/:id/hold',
  'POST /api/calls/:id/resume',
  'POST /api/calls/:id/mute',
  'POST /api/calls/:id/unmute',
  'POST /api/calls/:id/keys',
  'POST /api/calls/:id/hang-up',
  'POST /api/calls/:id/transfer',
  'POST /api/calls/:id/park',
  'POST /api/parked/:slot/retrieve',
  // Else a customer would be called who need not be.
  'POST /api/promises/:id/done',
  'POST /api/promises/:id/withdraw',
  // Whoever has to stop calls, or lets them in again, must be able to.
  'POST /api/hotlines/:number/close',
  'POST /api/hotlines/:number/open',
  'POST /api/hotlines/:number/test',
  'POST /api/guard/unblock',
  'POST /api/people/:id/lock',
  // It changes nothing, and is wanted when something is wrong.
  'POST /api/alarm-mail/test',
  'POST /api/plan/lint',
  'POST /api/backup/moment',
  'POST /api/read-only',
  // Whoever has to stop what leaves the house must be able to.
  'POST /api/webhooks/:id/pause',
]);

/** Asked after the access rules: who may not at all is told that. */
export function refuseChanges(
  app: FastifyInstance,
  { readOnly }: Pick<HttpDeps, 'readOnly'>,
): void {
  app.addHook('onRequest', async ({ method, routeOptions }) => {
    if (method === 'GET' || method === 'HEAD') return;
    const state = readOnly.state();
    if (state === null || PASSES.has(`${method} ${routeOptions.url}`)) return;
    throw new CodedError('READ_ONLY', state);
  });
}
