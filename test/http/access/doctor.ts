import type { Row } from './row';

export const DOCTOR: Row[] = [
  { route: 'GET /api/doctor', statuses: [401, 403, 403, 403, 200, 403, 403, 200] },
];
