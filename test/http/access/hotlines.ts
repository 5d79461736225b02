import type { Row } from './row';

export const HOTLINES: Row[] = [
  { route: 'GET /api/hotlines', statuses: [401, 200, 200, 200, 200, 200, 200, 200] },
  {
    route: 'POST /api/hotlines/{number}/close',
    url: '/api/hotlines/400/close',
    body: {},
    // That of another store is none to him.
    statuses: [401, 403, 200, 403, 200, 403, 404, 200],
  },
  {
    route: 'POST /api/hotlines/{number}/test',
    url: '/api/hotlines/400/test',
    statuses: [401, 403, 200, 403, 200, 403, 404, 200],
  },
  {
    route: 'POST /api/hotlines/{number}/open',
    url: '/api/hotlines/400/open',
    statuses: [401, 403, 200, 403, 200, 403, 404, 200],
  },
  {
    route: 'POST /api/hotlines/{number}/message',
    url: '/api/hotlines/400/message',
    body: { say: 'closed' },
    statuses: [401, 403, 200, 403, 200, 403, 404, 200],
  },
  {
    route: 'DELETE /api/hotlines/{number}/message',
    url: '/api/hotlines/400/message',
    statuses: [401, 403, 200, 403, 200, 403, 404, 200],
  },
];
