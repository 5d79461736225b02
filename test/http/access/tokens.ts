import { NOW } from '../../support/two-stores';
import type { Row } from './row';

export const TOKENS: Row[] = [
  {
    route: 'POST /api/tokens',
    body: { name: 'wallboard', rights: ['store.read'], expiresAt: NOW + 1000 },
    statuses: [401, 200, 200, 200, 200, 200, 200, 403],
  },
  {
    route: 'GET /api/tokens',
    url: '/api/tokens?person=wang',
    needs: 'people.secure',
    statuses: [401, 200, 404, 404, 200, 404, 404, 403],
  },
  {
    route: 'DELETE /api/tokens/{id}',
    url: '/api/tokens/none',
    statuses: [401, 404, 404, 404, 404, 404, 404, 403],
  },
];
