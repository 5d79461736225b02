import type { Row } from './row';

export const PROMPTS: Row[] = [
  { route: 'POST /api/prompts/reload', statuses: [401, 403, 403, 403, 200, 403, 403, 200] },
];
