import type { Row } from './row';

export const REPORTS: Row[] = [
  { route: 'GET /api/reports/pick-ups', statuses: [401, 403, 200, 200, 200, 403, 200, 403] },
  { route: 'GET /api/reports/unclassified', statuses: [401, 403, 200, 200, 200, 403, 200, 403] },
];
