import type { Row } from './row';

export const PHONES: Row[] = [
  {
    route: 'POST /api/phones/{id}/sign-in',
    url: '/api/phones/s1/sign-in',
    statuses: [401, 200, 409, 409, 409, 200, 409, 403],
  },
  {
    route: 'POST /api/phones/{id}/sign-out',
    url: '/api/phones/s1/sign-out',
    // Whether he may is the desk's question.
    statuses: [401, 204, 204, 204, 204, 204, 204, 403],
  },
];
