import type { Row } from './row';

export const MESSAGES: Row[] = [
  { route: 'GET /api/messages', statuses: [401, 403, 200, 200, 200, 403, 200, 403] },
  {
    route: 'POST /api/messages',
    body: { kind: 'appointment', number: '13800138009', values: { time: '14:00' } },
    statuses: [401, 200, 200, 200, 200, 200, 200, 403],
  },
  { route: 'GET /api/opt-outs', statuses: [401, 200, 200, 200, 200, 200, 200, 403] },
  {
    route: 'PUT /api/opt-outs/{number}',
    url: '/api/opt-outs/13800138009',
    body: { how: 'said so' },
    statuses: [401, 200, 200, 200, 200, 200, 200, 403],
  },
  {
    route: 'DELETE /api/opt-outs/{number}',
    url: '/api/opt-outs/13800138008',
    statuses: [401, 403, 404, 403, 404, 403, 404, 403],
  },
];
