/** The list of reports: one file each, one line here. */
export { hotlineLedger, type LedgerFilter } from './hotline-ledger';
