/** Leads of web forms and of HQ: read by the rules of the plan that stands, and landed as rows of imports are. */
import { controllerOf } from '../domain/customer/controller';
import { choicesOf } from '../domain/form/choices';
import { readIncoming, STORE_UNKNOWN } from '../domain/intake/incoming';
import type { IntakeRecord } from '../domain/intake/record';
import type { LeadSource } from '../domain/intake/words';
import type { StoreId } from '../domain/ids';
import { wantsConfirmation } from '../domain/lead/confirmation';
import { leadRulesOf } from '../domain/lead/rules';
import { bookOfStore, numberBook } from '../domain/number/book';
import type { Plan } from '../domain/plan';
import { seconds, type Instant, type Millis } from '../domain/time';
import type { Handed, HandedResult, IncomingLeads } from '../http/incoming-ports';
import type { Database } from '../store/database';
import { landIncoming, type IncomingRow } from '../store/intake/incoming';
import { hqResults } from '../store/intake/incoming-results';
import { consultantIn } from './imports';

/** What changed so lately may stand in a transaction that is not seen yet: it is told the next time. */
const SETTLED_MS: Millis = seconds(5);

export interface IncomingParts {
  db: Database;
  plan: () => Plan;
  makeId: () => string;
  now: () => Instant;
}

interface Sender {
  origin: string;
  /** A person's id; `''`: nobody of ours. */
  by: string;
  source: LeadSource;
  /** Of leads that name none. */
  channel: string | null;
  storeIds: readonly StoreId[];
  called: (key: string) => string;
}

export function incomingLeads(parts: IncomingParts): IncomingLeads {
  const { db, plan, now } = parts;
  return {
    async ofForm(form, lead) {
      const sender = {
        ...{ origin: `form:${form.id}`, by: '', source: form.source, channel: form.channel },
        ...{ storeIds: form.stores, called: (key: string) => `${form.name} #${key}` },
      };
      const [result] = await take(parts, sender, [lead]);
      return result ?? refused(lead);
    },
    ofHq: ({ system, by, storeIds }, leads) =>
      take(
        parts,
        {
          ...{ origin: `hq:${system}`, by, source: 'hq', channel: null, storeIds },
          called: (key) => `${system} #${key}`,
        },
        leads,
      ),
    results: ({ system, storeIds }, request) => {
      const known = new Set(plan().stores.map(({ id }) => id));
      const asked = { origin: `hq:${system}`, storeIds: storeIds.filter((id) => known.has(id)) };
      return hqResults(db, { ...asked, until: now() - SETTLED_MS }, request);
    },
  };
}

const refused = ({ key }: Handed): HandedResult => ({
  ...{ key, is: 'rejected', refusals: [STORE_UNKNOWN] },
});

/** In one transaction a store; what has landed when it breaks off is a duplicate the next time. */
async function take(
  parts: IncomingParts,
  sender: Sender,
  leads: readonly Handed[],
): Promise<HandedResult[]> {
  const results: HandedResult[] = leads.map(refused);
  for (const storeId of sender.storeIds) {
    if (!parts.plan().stores.some(({ id }) => id === storeId)) continue;
    const read = rowsOf(parts, sender, storeId, leads);
    for (const { index, refusals } of read.rejected)
      results[index] = { key: leads[index]?.key ?? '', is: 'rejected', refusals };
    if (read.ready.length === 0) continue;
    const taken = await land(parts, sender, storeId, read.ready);
    for (const [nth, { index }] of read.ready.entries())
      results[index] = taken[nth] ?? refused({ ...leads[index], key: '' } as Handed);
  }
  return results;
}

interface ReadLeads {
  ready: (IncomingRow & { index: number })[];
  rejected: { index: number; refusals: Extract<HandedResult, { is: 'rejected' }>['refusals'] }[];
}

/** Those of the store. */
function rowsOf(
  { plan, now }: IncomingParts,
  { channel, storeIds }: Sender,
  storeId: StoreId,
  leads: readonly Handed[],
): ReadLeads {
  const book = bookOfStore(numberBook(plan()), storeId);
  const rules = {
    numbers: { book, area: '', at: now() },
    channels: choicesOf(plan().forms).sources,
  };
  const read: ReadLeads = { ready: [], rejected: [] };
  for (const [index, { key, storeId: named = storeIds[0], said, consent }] of leads.entries()) {
    if (named !== storeId) continue;
    const one = readIncoming(said, rules);
    if ('refusals' in one) read.rejected.push({ index, refusals: one.refusals });
    else read.ready.push({ index, key, consent, record: withChannel(one.record, channel) });
  }
  return read;
}

const withChannel = (record: IntakeRecord, channel: string | null): IntakeRecord => ({
  ...record,
  channel: record.channel ?? channel,
});

const land = (
  { db, plan, now, makeId }: IncomingParts,
  { origin, by, source, called }: Sender,
  storeId: StoreId,
  rows: readonly IncomingRow[],
) =>
  landIncoming(db, { controller: controllerOf(plan(), storeId), storeId, by, origin }, rows, {
    ...{ at: now(), source, makeId, called, consultant: consultantIn(plan(), storeId) },
    wantsConfirmation: (lead) => wantsConfirmation(lead, leadRulesOf(plan(), storeId)),
  });
