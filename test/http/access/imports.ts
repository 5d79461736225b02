import type { Row } from './row';

/** Leaders of the store, and the command of this machine. */
const statuses = [401, 403, 200, 403, 200, 403, 404, 200];
const ONE = { url: '/api/imports/import-1' };

export const IMPORTS: Row[] = [
  { route: 'GET /api/imports', statuses: [401, 403, 200, 403, 200, 403, 200, 200] },
  { route: 'GET /api/imports/{id}', ...ONE, statuses },
  {
    route: 'GET /api/imports/{id}/rejects.csv',
    url: `${ONE.url}/rejects.csv`,
    statuses,
  },
  {
    route: 'POST /api/imports',
    url: '/api/imports?name=list.csv&source=hq',
    body: Buffer.from('姓名,手机\n'),
    // The command belongs to no store, and has to name one.
    statuses: [401, 403, 200, 403, 200, 403, 200, 400],
  },
  {
    route: 'POST /api/imports/preview',
    url: '/api/imports/preview?name=list.csv&source=hq',
    body: Buffer.from('姓名,手机\n'),
    statuses: [401, 403, 200, 403, 200, 403, 200, 400],
  },
  // Whoever comes after the first finds it undone.
  {
    route: 'POST /api/imports/{id}/undo',
    url: `${ONE.url}/undo`,
    statuses: [401, 403, 200, 403, 409, 403, 404, 409],
  },
];
