/** Reports of leads without rows: the formulas of a few counts, and what was asked. */
import { channelEfficiency } from '../../src/domain/metrics/channel-efficiency';
import { monthTask } from '../../src/domain/lead/information-fee';
import { keptCounts } from '../../src/domain/metrics/promises-kept';
import { defeatsOf } from '../../src/domain/metrics/defeats';
import { funnelOf } from '../../src/domain/metrics/funnel';
import { individualKpi } from '../../src/domain/metrics/individual-kpi';
import { leadQuality } from '../../src/domain/metrics/lead-quality';
import { newLeads } from '../../src/domain/metrics/new-leads';
import { ratioOf } from '../../src/domain/metrics/ratio';
import { teamKpi } from '../../src/domain/metrics/team-kpi';
import { trialResult } from '../../src/domain/metrics/trial';
import type { LeadReportAsked, LeadReports } from '../../src/http/lead-report-ports';

const FUNNEL = funnelOf({ leads: 200, invited: 120, arrived: 60, invitedArrived: 54, deals: 20 });
const DEALS = { centre: 20, store: 150 };

export function fakeLeadReports(filters: unknown[]): LeadReports {
  const noted = <A extends LeadReportAsked>(asked: A): A => {
    filters.push(asked);
    return asked;
  };
  return {
    teamKpi: async (asked) => ({
      newLeads: newLeads([{ source: 'inbound', count: 200 }]),
      ...{ arrived: 60, deals: DEALS, invitedToArrived: FUNNEL.invitedToArrived },
      ...teamKpi({ newLeads: 200, arrived: 60, deals: DEALS }, noted(asked).rules),
    }),
    funnel: async (asked) => {
      noted(asked);
      return { sources: [{ source: 'inbound', ...FUNNEL }], total: FUNNEL, others: FUNNEL };
    },
    individualKpi: async (asked) => ({
      people: noted(asked).people.flatMap(({ id, name, posts }) => {
        const kpi = individualKpi(id, posts, { leadsKept: 31, arrivals: 12, deliveries: 4 });
        return kpi === null ? [] : [{ ...kpi, name }];
      }),
    }),
    trial: async (asked) => ({ deals: DEALS, ...trialResult(DEALS, noted(asked).rules) }),
    channelEfficiency: async (asked) => ({
      channels: channelEfficiency(noted(asked).channels, [
        { channel: 'web', leads: 30, deals: 3 },
        { channel: null, leads: 10, deals: 0 },
      ]),
    }),
    leadQuality: async (asked) => {
      const at = { now: asked.now, zone: asked.zone };
      const quality = leadQuality([{ facts: {}, count: 4 }], at, noted(asked).rules);
      const groups = [{ group: 'wang', ...quality, open: 9 }];
      return { ...quality, open: 9, consultants: 1, perConsultant: ratioOf(4, 1).part, groups };
    },
    monthTasks: async (asked) => ({
      people: noted(asked).sources.map(({ id: personId, name }) => ({
        ...{ personId, name, ...monthTask(1, asked.rules) },
      })),
    }),
    promisesKept: async (asked) => {
      noted(asked);
      const counts = keptCounts(['kept', 'kept', 'late', 'missed']);
      return { followUps: counts, callBacks: counts, people: [{ agentId: 'wang', ...counts }] };
    },
    defeats: async (asked) => {
      noted(asked);
      return defeatsOf([{ kind: 'defeated', reason: '购买竞品', count: 3 }]);
    },
  };
}
