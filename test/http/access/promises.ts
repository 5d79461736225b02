import type { Row } from './row';

export const PROMISES: Row[] = [
  { route: 'GET /api/promises', statuses: [401, 200, 200, 200, 200, 200, 200, 403] },
  {
    route: 'GET /api/promises/{id}',
    url: '/api/promises/promise-1',
    statuses: [401, 200, 200, 200, 200, 404, 404, 403],
  },
  {
    route: 'POST /api/promises/{id}/withdraw',
    url: '/api/promises/promise-2/withdraw',
    body: { reason: 'bought elsewhere' },
    // The first ends it.
    first: 200,
    statuses: [401, 200, 409, 409, 409, 404, 404, 403],
  },
  {
    route: 'POST /api/promises/{id}/done',
    url: '/api/promises/promise-3/done',
    body: { reason: 'by message' },
    first: 200,
    statuses: [401, 200, 409, 409, 409, 404, 404, 403],
  },
];
