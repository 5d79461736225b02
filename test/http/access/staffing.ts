import type { Row } from './row';

export const STAFFING: Row[] = [
  {
    route: 'GET /api/staffing',
    url: '/api/staffing?queue=sales',
    statuses: [401, 403, 200, 200, 200, 403, 404, 403],
  },
];
