import type { Row } from './row';

/** What everybody sees to himself. */
export const ME: Row[] = [
  {
    route: 'POST /api/me/password',
    body: {},
    statuses: [401, 400, 400, 400, 400, 400, 400, 403],
  },
  {
    route: 'POST /api/me/acknowledgement',
    body: { version: '1' },
    statuses: [401, 204, 204, 204, 204, 204, 204, 403],
  },
  {
    route: 'POST /api/me/second-factor',
    body: {},
    statuses: [401, 400, 400, 400, 400, 400, 400, 403],
  },
  {
    route: 'POST /api/me/second-factor/confirm',
    body: {},
    statuses: [401, 400, 400, 400, 400, 400, 400, 403],
  },
];
