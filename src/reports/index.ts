/** The list of reports: one file each, one line here. */
export { factsOf, promptsMissing } from './installation';
export { agentRatings } from './agent-ratings';
export { queueLoad, type DaySpan } from './queue-load';
export { hotlineLedger, type LedgerFilter } from './hotline-ledger';
export { pickUps } from './pick-ups';
export { unclassifiedCalls } from './unclassified';
export { leadReports } from './leads/lead-reports';
