import type { Row } from './row';

/** What everybody sees to himself. */
export const ME: Row[] = [
  {
    route: 'POST /api/me/password',
    body: {},
    statuses: [401, 400, 400, 400, 400, 400, 400, 403],
  },
];
