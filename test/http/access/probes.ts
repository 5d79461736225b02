import type { Row } from './row';

export const PROBES: Row[] = [
  { route: 'GET /', statuses: [200, 200, 200, 200, 200, 200, 200, 200] },
  { route: 'GET /health', statuses: [200, 200, 200, 200, 200, 200, 200, 200] },
  { route: 'GET /ready', statuses: [200, 200, 200, 200, 200, 200, 200, 200] },
  { route: 'GET /metrics', statuses: [200, 200, 200, 200, 200, 200, 200, 200] },
  { route: 'GET /api/openapi.json', statuses: [200, 200, 200, 200, 200, 200, 200, 200] },
];
