import type { Row } from './row';

export const MESSAGES: Row[] = [
  { route: 'GET /api/messages', statuses: [401, 403, 200, 200, 200, 403, 200, 403] },
  { route: 'GET /api/opt-outs', statuses: [401, 200, 200, 200, 200, 200, 200, 403] },
  {
    route: 'PUT /api/opt-outs/{number}',
    url: '/api/opt-outs/13800138009',
    body: { how: 'said so' },
    statuses: [401, 200, 200, 200, 200, 200, 200, 403],
  },
  {
    route: 'DELETE /api/opt-outs/{number}',
    url: '/api/opt-outs/13800138009',
    statuses: [401, 403, 204, 403, 204, 403, 204, 403],
  },
];
