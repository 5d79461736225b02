/**
 * What pages read (port `Queries` of http). Decides which rows belong to a question; who may ask it
 * is decided in http.
 */
import type { CallDetail, CallFilter, PromiseDetail, Queries } from '../http/queries';
import { alarmPage } from './alarms';
import { attemptsAt } from './attempts';
import { auditPage } from './audit';
import { normaliseNumber } from '../domain/number/normalise';
import { callFromRow, findCall, type CallDbRow } from './calls';
import type { FormState } from '../domain/form/form';
import type { Database } from './database';
import { holderOf } from './confirmed-numbers';
import { findFollowUp, followUpPage } from './follow-ups';
import { findForm, ownerOfCall } from './forms';
import { leadPage } from './customers/lead-search';
import { findLead } from './leads';
import { legsOfCall } from './legs';
import { offersOfCall } from './offers';
import { isUuid, page } from './page';
import { promiseFromRow, promisesOf } from './promises';
import { entriesOfCall } from './queue-entries';
import { ratingsOfCall } from './ratings';
import {
  findRecording,
  recordingFromRow,
  recordingsOfCall,
  type RecordingDbRow,
} from './recordings';

/**
 * The read side of the store. Unknown ids, also malformed ones, answer null or an empty page. The
 * reports are handed in: reports and store do not know each other.
 */
export function storeQueries(
  db: Database,
  reports: Pick<Queries, 'ledger' | 'unclassified' | 'pickUps'>,
): Queries {
  return {
    calls: async (filter, request) =>
      page(callsMatching(db, filter), request, {
        timeColumn: 'arrived_at',
        fromRow: (row) => ({ ...callFromRow(row), form: row.form_state }),
      }),
    call: async (id) => (isUuid(id) ? callDetail(db, id) : null),
    recordings: async ({ callId }, request) => {
      if (callId !== undefined && !isUuid(callId)) return { items: [], next: null };
      const query = db<RecordingDbRow>('recording');
      if (callId !== undefined) query.where('call_id', callId);
      return page(query, request, { timeColumn: 'saved_at', fromRow: recordingFromRow });
    },
    recording: async (id) => (isUuid(id) ? findRecording(db, id) : null),
    leads: async (asked, request) => leadPage(db, asked, request),
    lead: async (id) => (isUuid(id) ? findLead(db, id) : null),
    form: async (callId) => (isUuid(callId) ? findForm(db, callId) : null),
    ownerOfCall: async (callId) => ownerOfCall(db, callId),
    followUps: async (filter, request) => followUpPage(db, filter, request),
    followUp: async (id, now) => findFollowUp(db, id, now),
    unclassified: reports.unclassified,
    pickUps: reports.pickUps,
    holder: async (storeId, number) => holderOf(db, storeId, number),
    promises: async ({ storeIds, state }, request) => {
      const query = promisesOf(db).whereIn('store_id', storeIds);
      if (state === 'task') query.whereIn('state', ['open', 'claimed']).whereNotNull('task');
      else if (state !== undefined) query.where('state', state);
      return page(query, request, { timeColumn: 'opened_at', fromRow: promiseFromRow });
    },
    promise: async (id) => (isUuid(id) ? promiseDetail(db, id) : null),
    ledger: reports.ledger,
    alarms: async (filter, request) => alarmPage(db, filter, request),
    audit: async (filter, request) => auditPage(db, filter, request),
  };
}

function callsMatching(db: Database, filter: CallFilter) {
  const query = db<CallDbRow>('call')
    .leftJoin('call_form as f', 'f.call_id', 'call.id')
    .select<ListedDbRow[]>('call.*', 'f.state as form_state');
  if (filter.storeIds !== undefined) query.whereIn('call.store_id', filter.storeIds);
  if (filter.agentId !== undefined) query.where('call.agent_id', filter.agentId);
  if (filter.number !== undefined) {
    const number = normaliseNumber(filter.number);
    query.where((one) => one.where('from_number', number).orWhere('to_number', number));
  }
  if (filter.from !== undefined) query.where('arrived_at', '>=', new Date(filter.from));
  if (filter.to !== undefined) query.where('arrived_at', '<', new Date(filter.to));
  if (filter.longAt !== undefined) query.whereRaw(LONG, { now: new Date(filter.longAt) });
  if (filter.unclassified === undefined) return query;
  query.where('f.state', 'unclassified').whereNotNull('f.call_ended_at');
  if (filter.unclassified !== 'store') query.whereRaw(IN_WORK_LIST, filter.unclassified);
  return query;
}

type ListedDbRow = CallDbRow & { form_state: FormState | null };

/** Of one that goes on the column cannot know (domain/call/long-talk.ts). */
const LONG = `(is_long or (call.is_open and :now::timestamptz - first_talk_at >=
  case call.direction when 'inbound' then interval '15 minutes'
    when 'outbound' then interval '10 minutes' end))`;

/** His own; of those who had no desktop to do it with, those of his leads. */
const IN_WORK_LIST = `case when f.falls
  then exists (select from lead where lead.id = call.lead_id and lead.owner_id = :agentId)
  else f.agent_id = :agentId end`;

async function promiseDetail(db: Database, id: string): Promise<PromiseDetail | null> {
  const [row] = await promisesOf(db).where({ id });
  if (!row) return null;
  return { promise: promiseFromRow(row), attempts: await attemptsAt(db, { kind: 'promise', id }) };
}

async function callDetail(db: Database, id: string): Promise<CallDetail | null> {
  const call = await findCall(db, id);
  if (call === null) return null;
  const [legs, entries, offers, ratings, recordings, lead, form] = await Promise.all([
    legsOfCall(db, id),
    entriesOfCall(db, id),
    offersOfCall(db, id),
    ratingsOfCall(db, id),
    recordingsOfCall(db, id),
    call.leadId === null ? null : findLead(db, call.leadId),
    findForm(db, id),
  ]);
  return { call, legs, entries, offers, ratings, recordings, lead, form };
}
