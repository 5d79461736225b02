import type { Row } from './row';

export const PARKED: Row[] = [
  { route: 'GET /api/parked', statuses: [401, 200, 200, 200, 200, 200, 200, 403] },
  {
    route: 'POST /api/parked/{slot}/retrieve',
    url: '/api/parked/701/retrieve',
    statuses: [401, 200, 409, 409, 409, 409, 409, 403],
  },
];
