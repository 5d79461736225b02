import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtInFolder } from '../../../src/prompts/files';
import type { Row } from './row';

/** Only who sets the system up, and the command on its machine. */
const statuses = [401, 403, 403, 403, 200, 403, 403, 200];
// It is the built-in one again for the second who may.
const once = [401, 403, 403, 403, 200, 403, 403, 404];
const body = readFileSync(join(builtInFolder(), 'en/beep.wav'));

const ONE = { route: '/api/prompts/{language}/{key}', url: '/api/prompts/en/beep' };
const SOUNDS: Row[] = [ONE, { route: '/api/prompts/music' }].flatMap(({ route, ...where }) => [
  { route: `GET ${route}`, ...where, statuses },
  { route: `PUT ${route}`, ...where, body, statuses },
  { route: `DELETE ${route}`, ...where, statuses: once },
]);

export const PROMPTS: Row[] = [
  { route: 'GET /api/prompts', statuses },
  ...SOUNDS,
  { route: 'POST /api/prompts/reload', statuses },
];
