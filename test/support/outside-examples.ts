import { dueEventOf, outsideEventsOf, type OutsideEvent } from '../../src/domain/outside/event';
import { messageOf } from '../../src/domain/outside/webhook';
import type { JournalRecord, PromiseSnapshot } from '../../src/domain/records';
import { aCall, aPromise, aTalk, minutes, NINE } from './records';

/** One event of each type, for docs/webhooks.md. */

const id = (n: number): string => `0195547b-8d00-7000-8000-00000000000${n}`;
const told = (record: JournalRecord): OutsideEvent[] =>
  outsideEventsOf([{ id: id(9), at: NINE, record }]);

const talk = aTalk({ id: id(1), leadId: id(2), customerId: null });
const missed = aCall({
  ...{ id: id(3), state: 'closed', answeredAt: NINE + 15_000, endedAt: NINE + minutes(2) },
  ...{ outcome: 'left', endCause: 'hangup', leadId: id(2) },
});
const promise: PromiseSnapshot = {
  ...aPromise({ id: id(4), callId: id(3), leadId: id(2), reason: 'abandoned' }),
  ...{ openedAt: NINE + minutes(2), dueAt: NINE + minutes(17) },
};
const file = {
  ...{ result: 'stored' as const, path: '2026/03/02/x.wav', startedAt: NINE + 4_002 },
  ...{ durationMs: 60_000, bytes: 1_920_044, sha256: '9f86d081884c7d65'.repeat(4) },
};

export const EXAMPLES: OutsideEvent[] = [
  ...told({ kind: 'call.saved', call: talk }),
  ...told({ kind: 'call.saved', call: missed }).filter(({ type }) => type === 'call.missed'),
  ...told({
    kind: 'recording.saved',
    recording: {
      ...{ id: id(5), callId: id(1), leadId: id(2), agentId: 'wang', storeId: 'bj01', file },
    },
  }),
  ...told({ kind: 'promise.saved', promise }),
  dueEventOf(promise),
  ...told({
    kind: 'promise.saved',
    promise: { ...promise, state: 'late', tries: 1, endedAt: NINE + minutes(20) },
  }),
  ...told({
    kind: 'promise.saved',
    promise: { ...promise, state: 'withdrawn', endedAt: NINE + minutes(5) },
  }),
  ...told({
    kind: 'lead.opened',
    lead: {
      ...{ id: id(2), storeId: 'bj01', number: '+8613800138000', source: 'inbound' },
      ...{ openedByCall: id(3), openedAt: NINE },
    },
  }),
  ...told({ kind: 'alarm.raised', code: 'TRUNK_NOT_REGISTERED', detail: 'carrier: 403' }),
];

/** As it is sent to who may have what is personal, indented for reading. */
export const shownMessage = (event: OutsideEvent): string => {
  const written = { ...event, id: '8b5d0e7c-3a41-9c55-1f0e-6d2f6c1c9a01' };
  const body = messageOf(written, true, (at) => new Date(at).toISOString());
  return JSON.stringify(JSON.parse(body), null, 2);
};
