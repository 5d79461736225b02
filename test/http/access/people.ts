import type { Row } from './row';

export const PEOPLE: Row[] = [
  {
    route: 'POST /api/people/{id}/reset-password',
    url: '/api/people/li/reset-password',
    elsewhere: 404,
    statuses: [401, 403, 403, 403, 200, 403, 403, 200],
  },
  {
    route: 'POST /api/people/{id}/reset-second-factor',
    url: '/api/people/li/reset-second-factor',
    elsewhere: 404,
    statuses: [401, 403, 403, 403, 204, 403, 403, 204],
  },
];
