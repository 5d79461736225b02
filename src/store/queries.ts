/**
 * What pages read (port `Queries` of http). Decides which rows belong to a question; who may ask it
 * is decided in http.
 */
import type { CallDetail, CallFilter, PromiseDetail, Queries } from '../http/ports';
import { attemptsAt } from './attempts';
import { normaliseNumber } from '../domain/number/normalise';
import { callFromRow, findCall, type CallDbRow } from './calls';
import type { Database } from './database';
import { holderOf } from './confirmed-numbers';
import { findLead, leadFromRow, leadRows } from './leads';
import { legsOfCall } from './legs';
import { offersOfCall } from './offers';
import { isUuid, page } from './page';
import { promiseFromRow, type PromiseDbRow } from './promises';
import { entriesOfCall } from './queue-entries';
import {
  findRecording,
  recordingFromRow,
  recordingsOfCall,
  type RecordingDbRow,
} from './recordings';

/**
 * The read side of the store. Unknown ids, also malformed ones, answer null or an empty page. The
 * ledger is a report and handed in: reports and store do not know each other.
 */
export function storeQueries(db: Database, ledger: Queries['ledger']): Queries {
  return {
    calls: async (filter, request) =>
      page(callsMatching(db, filter), request, {
        timeColumn: 'arrived_at',
        fromRow: callFromRow,
      }),
    call: async (id) => (isUuid(id) ? callDetail(db, id) : null),
    recordings: async ({ callId }, request) => {
      if (callId !== undefined && !isUuid(callId)) return { items: [], next: null };
      const query = db<RecordingDbRow>('recording');
      if (callId !== undefined) query.where('call_id', callId);
      return page(query, request, { timeColumn: 'saved_at', fromRow: recordingFromRow });
    },
    recording: async (id) => (isUuid(id) ? findRecording(db, id) : null),
    leads: async ({ number, storeId }, request) => {
      const query = leadRows(db);
      if (number !== undefined) query.where('number', normaliseNumber(number));
      if (storeId !== undefined) query.where('store_id', storeId);
      return page(query, request, { timeColumn: 'opened_at', fromRow: leadFromRow });
    },
    lead: async (id) => (isUuid(id) ? findLead(db, id) : null),
    holder: async (storeId, number) => holderOf(db, storeId, number),
    promises: async ({ storeId, state }, request) => {
      const query = db<PromiseDbRow>('promise').where('store_id', storeId);
      if (state === 'task') query.whereIn('state', ['open', 'claimed']).whereNotNull('task');
      else if (state !== undefined) query.where('state', state);
      return page(query, request, { timeColumn: 'opened_at', fromRow: promiseFromRow });
    },
    promise: async (id) => (isUuid(id) ? promiseDetail(db, id) : null),
    ledger,
  };
}

function callsMatching(db: Database, filter: CallFilter) {
  const query = db<CallDbRow>('call');
  if (filter.storeId !== undefined) query.where('store_id', filter.storeId);
  if (filter.agentId !== undefined) query.where('agent_id', filter.agentId);
  if (filter.number !== undefined) {
    const number = normaliseNumber(filter.number);
    query.where((one) => one.where('from_number', number).orWhere('to_number', number));
  }
  if (filter.from !== undefined) query.where('arrived_at', '>=', new Date(filter.from));
  if (filter.to !== undefined) query.where('arrived_at', '<', new Date(filter.to));
  return query;
}

async function promiseDetail(db: Database, id: string): Promise<PromiseDetail | null> {
  const row = await db<PromiseDbRow>('promise').where({ id }).first();
  if (!row) return null;
  return { promise: promiseFromRow(row), attempts: await attemptsAt(db, { kind: 'promise', id }) };
}

async function callDetail(db: Database, id: string): Promise<CallDetail | null> {
  const call = await findCall(db, id);
  if (call === null) return null;
  const [legs, entries, offers, recordings, lead] = await Promise.all([
    legsOfCall(db, id),
    entriesOfCall(db, id),
    offersOfCall(db, id),
    recordingsOfCall(db, id),
    call.leadId === null ? null : findLead(db, call.leadId),
  ]);
  return { call, legs, entries, offers, recordings, lead };
}
