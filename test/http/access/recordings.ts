import type { Row } from './row';

export const RECORDINGS: Row[] = [
  {
    route: 'GET /api/recordings',
    url: '/api/recordings?callId=call-1',
    statuses: [401, 403, 200, 200, 200, 403, 404, 403],
  },
  {
    route: 'GET /api/recordings/{id}/audio',
    url: '/api/recordings/rec-1/audio',
    statuses: [401, 403, 200, 200, 200, 403, 404, 403],
  },
];
