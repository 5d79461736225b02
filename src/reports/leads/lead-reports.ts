/** The reports of leads, as HTTP asks for them. */
import type { Knex } from 'knex';
import type { LeadReports } from '../../http/lead-report-ports';
import { channelReport } from './channel-efficiency';
import { defeatsReport } from './defeats';
import { funnelReport } from './funnel';
import { individualKpiReport } from './individual-kpi';
import { monthTasksReport } from './month-tasks';
import { promisesKeptReport } from './promises-kept';
import { qualityReport } from './quality';
import { teamKpiReport } from './team-kpi';
import { trialReport } from './trial';

export const leadReports = (db: Knex): LeadReports => ({
  teamKpi: (asked) => teamKpiReport(db, asked),
  funnel: (asked) => funnelReport(db, asked),
  individualKpi: (asked) => individualKpiReport(db, asked),
  trial: (asked) => trialReport(db, asked),
  channelEfficiency: (asked) => channelReport(db, asked),
  leadQuality: (asked) => qualityReport(db, asked),
  defeats: (asked) => defeatsReport(db, asked),
  monthTasks: (asked) => monthTasksReport(db, asked),
  promisesKept: (asked) => promisesKeptReport(db, asked),
});
