import type { Row } from './row';

export const TRUNKS: Row[] = [
  { route: 'GET /api/trunks', statuses: [401, 403, 200, 200, 200, 403, 200, 403] },
];
