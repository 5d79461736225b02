import type { Row } from './row';

export const PLAN: Row[] = [
  {
    route: 'POST /api/plan',
    body: { stores: [] },
    statuses: [401, 403, 403, 403, 200, 403, 403, 200],
  },
];
