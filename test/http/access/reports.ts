import type { Row } from './row';

/** Of leads: one store each, by who oversees it. */
const OF_LEADS = [
  ...['team-kpi', 'funnel', 'individual-kpi', 'trial', 'channel-efficiency', 'lead-quality'],
  'defeats',
  'promises-kept',
  'month-tasks',
];

export const REPORTS: Row[] = [
  { route: 'GET /api/reports/pick-ups', statuses: [401, 403, 200, 200, 200, 403, 200, 403] },
  ...OF_LEADS.map((name) => ({
    ...{ route: `GET /api/reports/${name}`, statuses: [401, 403, 200, 200, 200, 403, 200, 403] },
  })),
  { route: 'GET /api/reports/unclassified', statuses: [401, 403, 200, 200, 200, 403, 200, 403] },
];
