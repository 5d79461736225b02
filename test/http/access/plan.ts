import type { Row } from './row';

/** Only who sets the system up, and the command on its machine. */
const statuses = [401, 403, 403, 403, 200, 403, 403, 200];
const STORES = { stores: [{ id: 'bj01' }] };

export const PLAN: Row[] = [
  { route: 'POST /api/plan', body: { stores: [] }, statuses },
  { route: 'GET /api/plan', statuses },
  { route: 'POST /api/plan/lint', body: STORES, statuses },
  { route: 'GET /api/plan/{section}', url: '/api/plan/stores', statuses },
  {
    route: 'PUT /api/plan/{section}/{id}',
    url: '/api/plan/stores/bj01',
    body: { name: '北京' },
    statuses,
  },
  { route: 'GET /api/plan/{section}/{id}', url: '/api/plan/stores/bj01', statuses },
  { route: 'PUT /api/plan/{section}', url: '/api/plan/stores', body: STORES.stores, statuses },
  {
    route: 'DELETE /api/plan/{section}/{id}',
    url: '/api/plan/stores/bj01',
    // It is gone for the second who may.
    statuses: [401, 403, 403, 403, 200, 403, 403, 404],
  },
  { route: 'GET /api/plan/versions', statuses },
  { route: 'GET /api/plan/versions/{version}', url: '/api/plan/versions/8', statuses },
  { route: 'POST /api/plan/undo', statuses },
];
