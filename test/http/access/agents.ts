import type { Row } from './row';

export const AGENTS: Row[] = [
  {
    route: 'POST /api/agents/me/ready',
    statuses: [401, 200, 409, 409, 409, 200, 409, 403],
  },
  {
    route: 'POST /api/agents/me/not-ready',
    body: { reason: 'lunch' },
    statuses: [401, 200, 409, 409, 409, 200, 409, 403],
  },
  {
    route: 'POST /api/agents/me/wrap-up',
    statuses: [401, 200, 409, 409, 409, 200, 409, 403],
  },
];
