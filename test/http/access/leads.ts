import type { Row } from './row';

export const LEADS: Row[] = [
  ...['confirm-number', 'unconfirm-number'].map((what) => ({
    route: `POST /api/leads/{id}/${what}`,
    url: `/api/leads/lead-1/${what}`,
    statuses: [401, 204, 204, 204, 204, 404, 404, 403],
  })),
  { route: 'GET /api/leads', statuses: [401, 200, 200, 200, 200, 200, 200, 403] },
];
