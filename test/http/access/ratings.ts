import type { Row } from './row';

export const RATINGS: Row[] = [
  { route: 'GET /api/ratings', statuses: [401, 403, 200, 200, 200, 403, 200, 403] },
];
