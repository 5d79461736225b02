import type { Row } from './row';

const OF_CUSTOMER = [401, 403, 200, 403, 200, 403, 404, 403];

export const PRIVACY: Row[] = [
  {
    route: 'GET /api/customers/{id}/personal-data',
    url: '/api/customers/customer-1/personal-data',
    statuses: OF_CUSTOMER,
  },
  {
    route: 'GET /api/customers/{id}/personal-data.json',
    url: '/api/customers/customer-1/personal-data.json',
    statuses: OF_CUSTOMER,
  },
  {
    route: 'POST /api/customers/{id}/erase',
    url: '/api/customers/customer-1/erase',
    body: { version: 1 },
    statuses: OF_CUSTOMER,
  },
  {
    route: 'POST /api/customers/{id}/holds',
    url: '/api/customers/customer-1/holds',
    body: { why: 'complaint' },
    statuses: OF_CUSTOMER,
  },
  {
    route: 'POST /api/holds/{id}/lift',
    url: '/api/holds/hold-1/lift',
    statuses: OF_CUSTOMER,
  },
  { route: 'GET /api/erasures', statuses: [401, 403, 200, 403, 200, 403, 200, 403] },
  {
    route: 'GET /api/erasures/{id}',
    url: '/api/erasures/erasure-1',
    statuses: OF_CUSTOMER,
  },
];
