import type { Row } from './row';

/** Who sets the system up; HQ besides, who is in none of these roles. */
const ALONE = [401, 403, 403, 403, 200, 403, 403, 403];
const FORM = { name: '官网', stores: ['bj01'] };

export const INCOMING: Row[] = [
  { route: 'GET /api/web-forms', statuses: ALONE },
  { route: 'POST /api/web-forms', body: FORM, statuses: ALONE, elsewhere: 404 },
  {
    route: 'PUT /api/web-forms/{id}',
    ...{ url: '/api/web-forms/form-1', body: FORM, statuses: ALONE, elsewhere: 404 },
  },
  {
    route: 'POST /api/web-forms/{id}/secret',
    ...{ url: '/api/web-forms/form-1/secret', body: {}, statuses: ALONE, elsewhere: 404 },
  },
  {
    route: 'DELETE /api/web-forms/{id}',
    ...{ url: '/api/web-forms/form-2', elsewhere: 404 },
    statuses: [401, 403, 403, 403, 204, 403, 403, 403],
  },
  // By its signature, whoever has signed in.
  {
    route: 'POST /api/web-forms/{id}/leads',
    ...{ url: '/api/web-forms/form-1/leads', body: { number: '13800138000' } },
    statuses: [401, 401, 401, 401, 401, 401, 401, 401],
  },
  {
    route: 'POST /api/hq-leads',
    body: { leads: [{ id: 'a-1', store: 'bj01', number: '13800138000' }] },
    statuses: ALONE,
  },
  { route: 'GET /api/hq-leads', statuses: ALONE },
];
