/**
 * What other systems are told of: every type of event, what it says, and of which record of the journal it comes. An
 * event is about one subject and comes once for it. Decides what is personal in it: that goes only to who may have it.
 * A field is only ever added; one that would change its meaning makes the next `OUTSIDE_VERSION`.
 */
import { ALARMS } from '../alarm-catalogue';
import type { AlarmCode } from '../alarm';
import type { EndCause } from '../end-cause';
import type { AgentId, CallId, CustomerId, LeadId, PromiseId, QueueId } from '../ids';
import type { RecordingId, StoreId } from '../ids';
import type {
  CallDirection,
  CallOutcome,
  CallSnapshot,
  JournalEntry,
  JournalRecord,
  NewLead,
  PromiseReason,
  PromiseSnapshot,
  PromiseTask,
  RecordingSnapshot,
} from '../records';
import type { Instant, Millis } from '../time';

export const OUTSIDE_VERSION = 1;

/** What each type says. Moments are milliseconds since 1970-01-01T00:00:00Z, as in the HTTP interface. */
export interface OutsideData {
  /** A call is over, of whatever direction. */
  'call.ended': CallOver;
  /** A caller of a hotline left without a talk: also told as `call.ended`. */
  'call.missed': CallOver;
  /** The audio of a talk, or what a caller said after the tone, has its file and its row. */
  'recording.stored': RecordingThere;
  /** Somebody was promised a call. */
  'promise.made': Promised;
  /** The moment has come by which he was to be called, and he was not. */
  'promise.due': Promised;
  /** He has been talked with, in time or `late`. */
  'promise.kept': Promised;
  /** Somebody decided that there will be no call. */
  'promise.withdrawn': Promised;
  /** Who called, or was called, is a new lead: nobody was known by his number, or he asks again after his last lead was over. */
  'lead.opened': LeadThere;
  /** Somebody has to see to something, or need not any more. */
  'alarm.raised': Alarmed;
}

export type OutsideType = keyof OutsideData;

export interface CallOver {
  callId: CallId;
  direction: CallDirection;
  /** The dialled number of ours; empty of an internal call. */
  hotline: string;
  queueId: QueueId | null;
  outcome: CallOutcome;
  endCause: EndCause | null;
  arrivedAt: Instant;
  answeredAt: Instant | null;
  /** The agent's pick-up. */
  talkStartedAt: Instant | null;
  endedAt: Instant;
  /** From its first pick-up to its end; null without a talk. */
  talkMs: Millis | null;
  agentId: AgentId | null;
  leadId: LeadId | null;
  customerId: CustomerId | null;
}

export interface RecordingThere {
  recordingId: RecordingId;
  callId: CallId;
  leadId: LeadId | null;
  agentId: AgentId | null;
  startedAt: Instant;
  durationMs: Millis;
  bytes: number;
  sha256: string;
}

export interface Promised {
  promiseId: PromiseId;
  callId: CallId;
  leadId: LeadId | null;
  hotline: string;
  queueId: QueueId;
  state: PromiseSnapshot['state'];
  reason: PromiseReason;
  openedAt: Instant;
  dueAt: Instant;
  endedAt: Instant | null;
  tries: number;
  /** Why a person has to see to it; null: a call leaves by itself. */
  task: PromiseTask | null;
}

export interface LeadThere {
  leadId: LeadId;
  callId: CallId;
  source: NewLead['source'];
  openedAt: Instant;
}

export interface Alarmed {
  code: AlarmCode;
  zh: string;
  en: string;
  /** The alarm that is over by this one. */
  ends: AlarmCode | null;
}

/** Only for who may have it: the number of a person, what an alarm says beside its text. */
export interface OutsidePersonal {
  number?: string;
  detail?: string;
}

export interface OutsideEvent<T extends OutsideType = OutsideType> {
  type: T;
  at: Instant;
  /** What it is about; with the type it names the event. */
  subject: string;
  /** Null: of the whole installation. */
  storeId: StoreId | null;
  data: OutsideData[T];
  personal: OutsidePersonal;
}

/** Every type, in a stable order. */
export const OUTSIDE_TYPES: readonly OutsideType[] = [
  'call.ended',
  'call.missed',
  'recording.stored',
  'promise.made',
  'promise.due',
  'promise.kept',
  'promise.withdrawn',
  'lead.opened',
  'alarm.raised',
];

/** What a batch of the journal tells outside; of each subject and type once, as it was at first. */
export function outsideEventsOf(entries: readonly JournalEntry[]): OutsideEvent[] {
  const told = new Map<string, OutsideEvent>();
  for (const event of entries.flatMap(ofEntry)) {
    const name = `${event.type}|${event.subject}`;
    if (!told.has(name)) told.set(name, event);
  }
  return [...told.values()];
}

function ofEntry({ id, at, record }: JournalEntry): OutsideEvent[] {
  switch (record.kind) {
    case 'call.saved':
      return ofCall(record.call);
    case 'recording.saved':
      return ofRecording(record.recording, at);
    case 'promise.saved':
      return [ofPromise(record.promise)];
    case 'lead.opened':
      return [ofLead(record.lead)];
    case 'alarm.raised':
      return [ofAlarm(record, { id, at })];
    default:
      return [];
  }
}

/** Who called us in vain; one that was refused or blocked is nobody whom we missed. */
const MISSED: readonly CallOutcome[] = ['left', 'promise', 'no-number', 'over-capacity', 'broken'];

function ofCall(call: CallSnapshot): OutsideEvent[] {
  const { endedAt, outcome } = call;
  if (endedAt === null || outcome === null) return [];
  const began = call.firstTalkAt ?? call.talkStartedAt;
  const data: CallOver = {
    callId: call.id,
    direction: call.direction,
    hotline: call.hotline,
    queueId: call.queueId,
    ...{ outcome, endCause: call.endCause },
    arrivedAt: call.arrivedAt,
    answeredAt: call.answeredAt,
    talkStartedAt: call.talkStartedAt,
    endedAt,
    talkMs: began === null ? null : Math.max(0, endedAt - began),
    agentId: call.agentId,
    leadId: call.leadId,
    customerId: call.customerId,
  };
  const number = { inbound: call.from, outbound: call.to, internal: '' }[call.direction];
  const event = {
    ...{ at: endedAt, subject: call.id, storeId: call.storeId, data },
    personal: number === '' ? {} : { number },
  };
  const isMissed =
    call.direction === 'inbound' && call.talkStartedAt === null && MISSED.includes(outcome);
  return [
    { type: 'call.ended', ...event },
    ...(isMissed ? [{ type: 'call.missed' as const, ...event }] : []),
  ];
}

function ofRecording(recording: RecordingSnapshot, at: Instant): OutsideEvent[] {
  const { id, callId, leadId, agentId, storeId, file } = recording;
  if (file.result !== 'stored') return [];
  const { startedAt, durationMs, bytes, sha256 } = file;
  const data = {
    ...{ recordingId: id, callId, leadId, agentId },
    ...{ startedAt, durationMs, bytes, sha256 },
  };
  return [{ type: 'recording.stored', at, subject: id, storeId, data, personal: {} }];
}

const PROMISE_TYPES = {
  open: 'promise.made',
  claimed: 'promise.made',
  kept: 'promise.kept',
  late: 'promise.kept',
  withdrawn: 'promise.withdrawn',
} as const;

function ofPromise(promise: PromiseSnapshot): OutsideEvent {
  const type = PROMISE_TYPES[promise.state];
  const at = type === 'promise.made' ? promise.openedAt : (promise.endedAt ?? promise.openedAt);
  return aboutPromise(type, promise, at);
}

/** It stands, and its moment is over: time tells that, no record. */
export const dueEventOf = (promise: PromiseSnapshot): OutsideEvent =>
  aboutPromise('promise.due', promise, promise.dueAt);

function aboutPromise(
  type: Extract<OutsideType, `promise.${string}`>,
  promise: PromiseSnapshot,
  at: Instant,
): OutsideEvent {
  const { id, callId, leadId, hotline, queueId, state, reason, openedAt, dueAt } = promise;
  const data: Promised = {
    ...{ promiseId: id, callId, leadId, hotline, queueId, state, reason, openedAt, dueAt },
    ...{ endedAt: promise.endedAt ?? null, tries: promise.tries ?? 0, task: promise.task ?? null },
  };
  const { storeId, number } = promise;
  return { type, at, subject: id, storeId, data, personal: { number } };
}

function ofLead({ id, storeId, number, source, openedByCall, openedAt }: NewLead): OutsideEvent {
  const data = { leadId: id, callId: openedByCall, source, openedAt };
  return { type: 'lead.opened', at: openedAt, subject: id, storeId, data, personal: { number } };
}

/** Its detail may name a person or a number. */
function ofAlarm(
  { code, detail, storeId }: Extract<JournalRecord, { kind: 'alarm.raised' }>,
  { id, at }: Pick<JournalEntry, 'id' | 'at'>,
): OutsideEvent {
  const { zh, en, ends = null } = ALARMS[code];
  const data = { code, zh, en, ends };
  return {
    type: 'alarm.raised',
    at,
    subject: id,
    storeId: storeId ?? null,
    data,
    personal: { detail },
  };
}
