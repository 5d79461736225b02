/** Of which store and which span of time the leads are, for SQL. */
import type { LeadReportAsked } from '../../http/lead-report-ports';

export const spanOf = ({ storeId, from, to }: LeadReportAsked) => ({
  ...{ store: storeId, from: new Date(from), to: new Date(to) },
});
