import type { Row } from './row';

export const FOLLOW_UPS: Row[] = [
  { route: 'GET /api/follow-ups', statuses: [401, 200, 200, 200, 200, 200, 200, 403] },
  {
    route: 'POST /api/follow-ups/{id}/done',
    url: '/api/follow-ups/f-1/done',
    statuses: [401, 404, 404, 404, 404, 404, 404, 403],
  },
];
