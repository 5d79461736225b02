import type { Row } from './row';

export const CALLS: Row[] = [
  { route: 'GET /api/calls', statuses: [401, 200, 200, 200, 200, 200, 200, 403] },
  {
    route: 'GET /api/calls/{id}',
    url: '/api/calls/call-1',
    statuses: [401, 200, 200, 200, 200, 404, 404, 403],
  },
  ...['hold', 'resume', 'mute', 'unmute'].map((what) => ({
    route: `POST /api/calls/{id}/${what}`,
    url: `/api/calls/call-2/${what}`,
    // Only the agent of the talk; his supervisor does not talk to the customer.
    statuses: [401, 200, 409, 409, 409, 409, 409, 403],
  })),
  {
    route: 'POST /api/calls/{id}/hang-up',
    url: '/api/calls/call-2/hang-up',
    statuses: [401, 204, 409, 409, 409, 409, 409, 403],
  },
  {
    route: 'POST /api/calls/{id}/keys',
    url: '/api/calls/call-2/keys',
    body: { keys: '1#' },
    statuses: [401, 200, 409, 409, 409, 409, 409, 403],
  },
  {
    route: 'POST /api/calls',
    url: '/api/calls',
    body: { number: '13800138000' },
    statuses: [401, 200, 200, 200, 200, 200, 200, 403],
  },
  {
    route: 'POST /api/calls/{id}/transfer',
    url: '/api/calls/call-2/transfer',
    body: { to: { queue: 'service' } },
    statuses: [401, 200, 409, 409, 409, 409, 409, 403],
  },
  {
    route: 'POST /api/calls/{id}/pick-up',
    url: '/api/calls/call-2/pick-up',
    statuses: [401, 200, 409, 409, 409, 409, 409, 403],
  },
  {
    route: 'POST /api/calls/{id}/consult',
    url: '/api/calls/call-2/consult',
    body: { agent: 'li' },
    statuses: [401, 200, 409, 409, 409, 409, 409, 403],
  },
  ...['POST /swap', 'POST /conference', 'POST /complete', 'DELETE '].map((what) => ({
    route: what.replace(' ', ' /api/calls/{id}/consult'),
    url: `/api/calls/call-2/consult${what.replace(/^.* /, '')}`,
    statuses: [401, 200, 409, 409, 409, 409, 409, 403],
  })),
  {
    route: 'POST /api/calls/{id}/park',
    url: '/api/calls/call-2/park',
    statuses: [401, 200, 409, 409, 409, 409, 409, 403],
  },
];
