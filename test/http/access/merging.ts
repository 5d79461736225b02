import type { Row } from './row';

const READ = [401, 200, 200, 403, 200, 200, 200, 403];
const MERGE = [401, 200, 200, 403, 200, 404, 404, 403];
const BOTH = { customers: ['customer-1', 'customer-2'].map((id) => ({ id, version: 1 })) };

export const MERGING: Row[] = [
  { route: 'GET /api/customers/doubtful', statuses: READ },
  ...['same', 'different', 'later', 'reopen'].map((what) => ({
    route: `POST /api/customers/doubtful/{id}/${what}`,
    url: `/api/customers/doubtful/pair-1/${what}`,
    body: what === 'same' ? { versions: [1, 2] } : {},
    statuses: MERGE,
  })),
  { route: 'GET /api/customers/merges', statuses: READ },
  { route: 'POST /api/customers/merges', body: BOTH, statuses: MERGE },
  {
    route: 'POST /api/customers/merges/{id}/undo',
    url: '/api/customers/merges/merge-1/undo',
    statuses: MERGE,
  },
  {
    route: 'POST /api/customers/splits',
    body: { customer: { id: 'customer-1', version: 1 }, to: null, leads: ['lead-1'] },
    statuses: MERGE,
  },
  {
    route: 'POST /api/customers/splits/{id}/undo',
    url: '/api/customers/splits/split-1/undo',
    statuses: MERGE,
  },
  {
    route: 'POST /api/leads/{id}/invalid',
    url: '/api/leads/lead-1/invalid',
    body: { version: 1, reason: 'wrong-person' },
    statuses: MERGE,
  },
  { route: 'GET /api/cleaning-runs', statuses: [401, 403, 200, 403, 200, 403, 200, 403] },
  {
    route: 'POST /api/cleaning-runs',
    body: {},
    statuses: [401, 403, 200, 403, 200, 403, 200, 403],
  },
];
