/** The door of phones in pages: SIP over WebSocket (RFC 7118) of who is signed in, on the origin of the page. */
import { CodedError } from '../../domain/errors';
import { personOf, sessionOf } from '../auth';
import type { HttpDeps } from '../deps';
import { problems } from '../schemas/problem';
import { addressOf } from '../trusted-proxies';
import type { Routes } from './app';

export function sipRoutes(app: Routes, { sipPassages, sessions, live, now }: HttpDeps): void {
  app.route({
    method: 'GET',
    url: '/sip',
    config: { access: 'person' },
    schema: {
      tags: ['phones'],
      summary: 'WebSocket of a phone in the page.',
      description:
        'SIP over WebSocket, subprotocol `sip`, passed on to the edge. Cookie (same origin) or bearer. A phone ' +
        'registers here only as one of the person who is signed in; the connection ends with the session (1008).',
      response: {
        101: { type: 'null', description: 'Switching to the WebSocket protocol.' },
        ...problems(
          ...(['INVALID_REQUEST', 'NOT_AUTHENTICATED', 'CROSS_SITE', 'UPGRADE_REQUIRED'] as const),
          ...(['TOO_MANY_CONNECTIONS', 'SIP_UNAVAILABLE'] as const),
        ),
      },
    },
    preHandler: async (request) => {
      if (!request.ws) return;
      const offered = request.headers['sec-websocket-protocol'] ?? '';
      if (!offered.split(',').some((name) => name.trim() === 'sip'))
        throw new CodedError('INVALID_REQUEST', {
          header: 'Sec-WebSocket-Protocol',
          expected: 'sip',
        });
      const refusal = sipPassages.refusal(personOf(request).id);
      if (refusal !== null) throw new CodedError(refusal);
    },
    handler: () => {
      throw new CodedError('UPGRADE_REQUIRED');
    },
    wsHandler: (socket, request) => {
      const { id: personId } = personOf(request);
      const { id: sessionId, expiresAt } = sessionOf(request);
      const { remotePort: port = 0 } = request.socket;
      const stands = () =>
        now() < expiresAt &&
        sessions.use(sessionId) !== null &&
        live.plan().people.some(({ id }) => id === personId);
      sipPassages.accept(socket, { personId, address: addressOf(request), port, stands });
    },
  });
}
