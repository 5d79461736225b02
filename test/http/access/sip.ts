import type { Row } from './row';

export const SIP: Row[] = [
  { route: 'GET /sip', statuses: [401, 426, 426, 426, 426, 426, 426, 403] },
];
