import type { Row } from './row';

export const ALARM_MAIL: Row[] = [
  { route: 'POST /api/alarm-mail/test', statuses: [401, 403, 403, 403, 200, 403, 403, 200] },
];
