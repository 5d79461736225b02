import type { Row } from './row';

export const LEDGER: Row[] = [
  {
    route: 'GET /api/ledger',
    url: '/api/ledger?hotline=400',
    statuses: [401, 403, 200, 200, 200, 403, 404, 403],
  },
];
