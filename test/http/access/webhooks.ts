import { HOOK } from '../../support/fake-webhooks';
import type { Row } from './row';

const ALONE = [401, 403, 403, 403, 200, 403, 403, 403];

export const WEBHOOKS: Row[] = [
  { route: 'GET /api/webhooks', statuses: ALONE },
  { route: 'POST /api/webhooks', body: HOOK, statuses: ALONE, elsewhere: 404 },
  {
    route: 'GET /api/webhooks/{id}',
    ...{ url: '/api/webhooks/hook-1', statuses: ALONE, elsewhere: 404 },
  },
  {
    route: 'PUT /api/webhooks/{id}',
    ...{ url: '/api/webhooks/hook-1', body: HOOK, statuses: ALONE, elsewhere: 404 },
  },
  ...['secret', 'test', 'pause', 'resume', 'dead-letters/retry', 'dead-letters/discard'].map(
    (order): Row => ({
      route: `POST /api/webhooks/{id}/${order}`,
      ...{ url: `/api/webhooks/hook-1/${order}`, body: {}, statuses: ALONE, elsewhere: 404 },
    }),
  ),
  {
    route: 'GET /api/webhooks/{id}/deliveries',
    ...{ url: '/api/webhooks/hook-1/deliveries', statuses: ALONE, elsewhere: 404 },
  },
  {
    route: 'DELETE /api/webhooks/{id}',
    ...{ url: '/api/webhooks/hook-2', elsewhere: 404 },
    statuses: [401, 403, 403, 403, 204, 403, 403, 403],
  },
];
