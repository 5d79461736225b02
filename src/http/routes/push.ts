/** The door of push: who proved who he is, on a page of ours, becomes a WebSocket. */
import { Type } from '@sinclair/typebox';
import { CodedError } from '../../domain/errors';
import type { Asker } from '../../domain/rights';
import { personOf, sessionOf } from '../auth';
import type { HttpDeps } from '../deps';
import { problems } from '../schemas/problem';
import type { Routes } from './app';

const PushQuery = Type.Object(
  {
    since: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
        description: 'Number of the last frame seen; frames after it follow, else a snapshot.',
      }),
    ),
  },
  { additionalProperties: false },
);

export function pushRoutes(app: Routes, { push }: HttpDeps): void {
  app.route({
    method: 'GET',
    url: '/api/push',
    config: { access: 'person' },
    schema: {
      tags: ['push'],
      summary: 'WebSocket of live events.',
      description:
        'Frames are `{seq, type, at, data}`; the client answers `offer.created` with ' +
        '`{type: "offer.received", offerId}`. Cookie (same origin) or bearer.',
      querystring: PushQuery,
      response: {
        101: { type: 'null', description: 'Switching to the WebSocket protocol.' },
        ...problems('INVALID_REQUEST', 'NOT_AUTHENTICATED', 'CROSS_SITE', 'UPGRADE_REQUIRED'),
      },
    },
    handler: () => {
      throw new CodedError('UPGRADE_REQUIRED');
    },
    wsHandler: (socket, request) => {
      const { since } = request.query;
      const { id: personId, limit }: Asker = personOf(request);
      const { id: sessionId, expiresAt } = sessionOf(request);
      push.accept(socket, {
        ...{ personId, sessionId, expiresAt },
        ...(limit && { limit }),
        ...(since !== undefined && { since }),
      });
    },
  });
}
