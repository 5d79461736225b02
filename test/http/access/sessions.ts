import type { Row } from './row';

export const SESSIONS: Row[] = [
  {
    route: 'GET /api/sessions',
    url: '/api/sessions?person=wang',
    // His own; of others who sees to it, in his store.
    needs: 'people.secure',
    statuses: [401, 200, 404, 404, 200, 404, 404, 403],
  },
  {
    route: 'DELETE /api/sessions/{id}',
    url: '/api/sessions/session-li',
    needs: 'people.secure',
    statuses: [401, 404, 404, 404, 204, 404, 404, 403],
  },
  {
    route: 'DELETE /api/sessions',
    url: '/api/sessions?person=li',
    needs: 'people.secure',
    statuses: [401, 404, 404, 404, 200, 404, 404, 403],
  },
];
