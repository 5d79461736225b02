/** Leads as a file for a spreadsheet: those of a filter, of stores in which who asks may take data out of the house. */
import { Readable } from 'node:stream';
import { seesWhole, shownNumber } from '../../domain/customer/seeing';
import { BYTE_ORDER_MARK, csvLine, defused } from '../../domain/intake/corrected';
import { withoutWords } from '../../domain/lead/filter';
import type { Asker } from '../../domain/rights';
import { personOf } from '../auth';
import type { HttpDeps } from '../deps';
import { leadsAsked, overView } from '../leads-asked';
import type { LeadsAsked, ListedLead } from '../queries';
import { CsvFile } from '../schemas/import';
import { ExportQuery, filterOf } from '../schemas/lead-desk';
import { problems } from '../schemas/problem';
import type { Routes } from './app';

const EXPORT = 'leads.export';
const PAGE = 200;

const HEADINGS = [
  ...['线索 Lead', '门店 Store', '姓名 Name', '号码 Number', '状态 State', '级别 Level'],
  ...['渠道 Channel', '来源 Source', '归属 Owner', '创建 Created', '最近联系 Last contact'],
  ...['应联系 Due', '逾期 Overdue', '下次计划 Next plan'],
];

export function leadExportRoutes(app: Routes, deps: HttpDeps): void {
  const { leadDesk, audit } = deps;
  app.get(
    '/api/leads/export.csv',
    {
      config: { access: EXPORT },
      schema: {
        tags: ['leads'],
        summary: 'Leads of a filter or a kept view as CSV, the newest first.',
        description:
          'UTF-8 with a byte order mark; what a spreadsheet would run as a formula begins with an apostrophe. Who took which, and ' +
          'how many, is noted before.',
        querystring: ExportQuery,
        response: {
          200: CsvFile,
          ...problems(
            ...(['INVALID_REQUEST', 'NOT_AUTHENTICATED', 'FORBIDDEN_POST'] as const),
            ...(['NOT_FOUND', 'UNKNOWN_VIEW'] as const),
          ),
        },
      },
    },
    async (request, reply) => {
      const person = personOf(request);
      const { view } = request.query;
      const filter = await overView(deps, person, { view, filter: filterOf(request.query) });
      const asked = leadsAsked(deps, person, EXPORT, filter);
      const count = await leadDesk.count(asked);
      const told = { count, stores: asked.storeIds, ...withoutWords(filter) };
      await audit({ who: person.id, what: 'leads.exported', subject: JSON.stringify(told) });
      return reply
        .header('content-disposition', 'attachment; filename="leads.csv"')
        .type('text/csv; charset=utf-8')
        .send(Readable.from(linesOf(deps, asked, person), { objectMode: false }));
    },
  );
}

async function* linesOf({ queries, live }: HttpDeps, asked: LeadsAsked, person: Asker) {
  const zones = new Map(live.plan().stores.map(({ id, timezone }) => [id, timezone]));
  yield BYTE_ORDER_MARK + csvLine(HEADINGS);
  let after: string | undefined;
  do {
    const { items, next } = await queries.leads(asked, {
      ...{ limit: PAGE, ...(after !== undefined && { after }) },
    });
    yield items.map((lead) => csvLine(cellsOf(lead, person, zones.get(lead.storeId)))).join('');
    after = next ?? undefined;
  } while (after !== undefined);
}

function cellsOf(lead: ListedLead, person: Asker, zone = 'UTC'): string[] {
  const clock = (at: number | null): string => (at === null ? '' : localText(at, zone));
  return [
    ...[lead.id, lead.storeId, lead.name, shownNumber(lead.number, seesWhole(person, [lead]))],
    ...[lead.state, lead.level ?? '', lead.channel ?? '', lead.source, lead.ownerId ?? ''],
    ...[clock(lead.openedAt), clock(lead.lastContactAt), clock(lead.dueAt)],
    ...[lead.overdue ? '1' : '0', lead.nextPlan ?? ''],
  ].map(defused);
}

/** `2026-01-31 09:00`, as clocks of the store show it. */
const localText = (at: number, timeZone: string): string =>
  new Intl.DateTimeFormat('sv-SE', {
    ...{ timeZone, dateStyle: 'short', timeStyle: 'short' },
  }).format(at);
