import type { Row } from './row';

export const GUARD: Row[] = [
  { route: 'GET /api/guard', statuses: [401, 403, 403, 403, 200, 403, 403, 200] },
  {
    route: 'POST /api/guard/unblock',
    // The first who may lets it in; for the second nothing is left to do.
    body: { address: '192.0.2.1' },
    statuses: [401, 403, 403, 403, 204, 403, 403, 404],
  },
];
