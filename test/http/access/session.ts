import type { Row } from './row';

export const SESSION: Row[] = [
  {
    route: 'POST /api/session',
    // Whoever asks may try; the sixth wrong password is not tried any more.
    body: { user: 'wang', password: 'wrong' },
    statuses: [401, 401, 401, 401, 401, 429, 429, 429],
  },
  { route: 'GET /api/session', statuses: [401, 200, 200, 200, 200, 200, 200, 403] },
  { route: 'DELETE /api/session', statuses: [401, 204, 204, 204, 204, 204, 204, 403] },
];
