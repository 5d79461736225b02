import type { Row } from './row';

export const QUEUES: Row[] = [
  { route: 'GET /api/queues', statuses: [401, 200, 200, 200, 200, 200, 200, 403] },
];
