import type { Row } from './row';

const PROOF = { kind: 'form', ref: 'f-1' };

export const PERMISSIONS: Row[] = [
  {
    route: 'GET /api/permissions',
    url: '/api/permissions?number=13800138000&purpose=follow-up',
    statuses: [401, 200, 200, 200, 200, 200, 200, 403],
  },
  {
    route: 'POST /api/customers/{id}/consents',
    url: '/api/customers/customer-1/consents',
    body: { scope: 'calls', proof: PROOF },
    statuses: [401, 200, 200, 403, 200, 404, 404, 403],
  },
  {
    route: 'POST /api/consents/{id}/withdraw',
    url: '/api/consents/consent-1/withdraw',
    body: { proof: PROOF },
    statuses: [401, 200, 200, 200, 200, 404, 404, 403],
  },
  { route: 'GET /api/do-not-call', statuses: [401, 200, 200, 200, 200, 200, 200, 403] },
  {
    route: 'POST /api/do-not-call',
    body: { number: '13800138000', scope: 'marketing', proof: PROOF },
    statuses: [401, 200, 200, 200, 200, 200, 200, 403],
  },
  {
    route: 'POST /api/do-not-call/{id}/lift',
    url: '/api/do-not-call/refusal-1/lift',
    body: { proof: PROOF },
    statuses: [401, 403, 200, 403, 200, 403, 404, 403],
  },
];
