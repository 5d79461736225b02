import type { Row } from './row';

export const BACKUP: Row[] = [
  { route: 'POST /api/backup/moment', statuses: [401, 403, 403, 403, 200, 403, 403, 200] },
];
