import type { Row } from './row';

export const FORMS: Row[] = [
  {
    route: 'GET /api/calls/{id}/form',
    url: '/api/calls/call-1/form',
    statuses: [401, 200, 200, 200, 200, 404, 404, 403],
  },
  {
    route: 'POST /api/calls/{id}/form',
    url: '/api/calls/call-1/form',
    body: { note: 'red' },
    needs: 'forms.correct',
    statuses: [401, 200, 200, 403, 200, 404, 404, 403],
  },
  { route: 'GET /api/form-choices', statuses: [401, 200, 200, 200, 200, 200, 200, 403] },
];
