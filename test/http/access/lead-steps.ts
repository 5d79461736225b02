import type { Row } from './row';

const WORK = [401, 200, 200, 403, 200, 404, 404, 403];
/** In whatever plan: who is handed to nobody's salesperson is refused after everything else. */
const TO_NOBODY = [401, 409, 409, 403, 409, 404, 404, 403];

export const LEAD_STEPS: Row[] = [
  {
    route: 'POST /api/leads/{id}/appointments',
    url: '/api/leads/lead-1/appointments',
    body: { dueAt: 1_769_821_200_000 },
    statuses: WORK,
  },
  {
    route: 'POST /api/leads/{id}/arrivals',
    url: '/api/leads/lead-1/arrivals',
    body: { salespersonId: 'nobody' },
    statuses: TO_NOBODY,
  },
  {
    route: 'POST /api/leads/distribute',
    body: {},
    statuses: [401, 403, 200, 403, 200, 403, 200, 403],
  },
  { route: 'GET /api/leads/due', statuses: [401, 200, 200, 403, 200, 200, 200, 403] },
  { route: 'POST /api/deals', body: { leadId: 'lead-1' }, statuses: WORK },
  {
    route: 'POST /api/deals/{id}/delivery',
    url: '/api/deals/deal-1/delivery',
    body: { salespersonId: 'nobody' },
    statuses: TO_NOBODY,
  },
  { route: 'GET /api/information-fees', statuses: [401, 403, 200, 200, 200, 403, 200, 403] },
  {
    route: 'POST /api/information-fees/{id}/paid',
    url: '/api/information-fees/fee-1/paid',
    statuses: [401, 403, 200, 403, 200, 403, 404, 403],
  },
];
