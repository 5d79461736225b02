import type { Row } from './row';

export const AUDIT: Row[] = [
  { route: 'GET /api/audit', statuses: [401, 403, 403, 403, 200, 403, 403, 403] },
];
