import type { Row } from './row';

export const BLOCKED_CALLERS: Row[] = [
  { route: 'GET /api/blocked-callers', statuses: [401, 403, 200, 403, 200, 403, 200, 403] },
  {
    route: 'POST /api/blocked-callers',
    body: { number: '13800138000', reason: 'nuisance' },
    statuses: [401, 403, 200, 403, 200, 403, 200, 403],
  },
  {
    route: 'DELETE /api/blocked-callers/{number}',
    url: '/api/blocked-callers/13800138009',
    statuses: [401, 403, 404, 403, 404, 403, 404, 403],
  },
];
