import type { Row } from './row';

export const READ_ONLY: Row[] = [
  { route: 'GET /api/read-only', statuses: [401, 403, 403, 403, 200, 403, 403, 200] },
  {
    route: 'POST /api/read-only',
    body: { on: false },
    statuses: [401, 403, 403, 403, 200, 403, 403, 200],
  },
];
