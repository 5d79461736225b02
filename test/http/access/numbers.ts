import type { Row } from './row';

export const NUMBERS: Row[] = [
  {
    route: 'GET /api/numbers',
    url: '/api/numbers?number=13800138000',
    statuses: [401, 403, 403, 403, 200, 403, 403, 200],
  },
];
