import type { Row } from './row';

export const PUSH: Row[] = [
  { route: 'GET /api/push', statuses: [401, 426, 426, 426, 426, 426, 426, 403] },
];
