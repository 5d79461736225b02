import type { Row } from './row';

export const ALARMS: Row[] = [
  { route: 'GET /api/alarms', statuses: [401, 403, 200, 200, 200, 403, 200, 403] },
];
