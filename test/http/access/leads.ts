import type { Row } from './row';

export const LEADS: Row[] = [
  ...['confirm-number', 'unconfirm-number'].map((what) => ({
    route: `POST /api/leads/{id}/${what}`,
    url: `/api/leads/lead-1/${what}`,
    statuses: [401, 204, 204, 204, 204, 404, 404, 403],
  })),
  { route: 'GET /api/confirmations', statuses: [401, 403, 403, 403, 200, 403, 403, 403] },
  {
    route: 'POST /api/leads/{id}/confirmation',
    ...{ url: '/api/leads/lead-1/confirmation', body: { version: 1, result: 'intending' } },
    ...{ statuses: [401, 403, 403, 403, 200, 403, 403, 403], elsewhere: 404 },
  },
  { route: 'GET /api/leads', statuses: [401, 200, 200, 200, 200, 200, 200, 403] },
  { route: 'GET /api/leads/export.csv', statuses: [401, 403, 200, 403, 200, 403, 200, 403] },
  { route: 'GET /api/leads/bulk', statuses: [401, 403, 200, 403, 200, 403, 200, 403] },
  {
    route: 'POST /api/leads/bulk',
    body: { selection: [{ id: 'lead-1', version: 1 }], change: { level: 'B' } },
    statuses: [401, 403, 200, 403, 200, 403, 200, 403],
  },
  {
    route: 'POST /api/leads/bulk/{id}/undo',
    url: '/api/leads/bulk/bulk-1/undo',
    statuses: [401, 403, 200, 403, 200, 403, 404, 403],
  },
  {
    route: 'POST /api/leads/evening-meeting',
    body: { decisions: [{ id: 'lead-1', version: 1, ownerId: 'wang' }] },
    statuses: [401, 403, 200, 403, 200, 403, 200, 403],
  },
  { route: 'GET /api/leads/handovers', statuses: [401, 200, 200, 403, 200, 200, 200, 403] },
  { route: 'GET /api/lead-views', statuses: [401, 200, 200, 200, 200, 200, 200, 403] },
  {
    route: 'POST /api/lead-views',
    body: { name: 'H', filter: { levels: ['H'] } },
    statuses: [401, 200, 200, 200, 200, 200, 200, 403],
  },
  {
    route: 'PUT /api/lead-views/{id}',
    url: '/api/lead-views/view-1',
    body: { version: 1, name: 'H', filter: {}, shared: true },
    statuses: [401, 403, 200, 403, 200, 404, 404, 403],
    needs: 'leads.assign',
  },
  {
    route: 'DELETE /api/lead-views/{id}',
    url: '/api/lead-views/view-1',
    statuses: [401, 403, 204, 403, 204, 404, 404, 403],
    needs: 'leads.assign',
  },
];
