/**
 * Journal records of a call for tests: whole and plausible, so that a test names only what it is
 * about.
 */
import { randomUUID } from 'node:crypto';
import { NO_ANSWERS, type FormSnapshot } from '../../src/domain/form/form';
import type {
  CallSnapshot,
  EntrySnapshot,
  JournalEntry,
  JournalRecord,
  LegSnapshot,
  NewLead,
  PromiseSnapshot,
  RecordingSnapshot,
} from '../../src/domain/records';

/** 2026-03-02 09:00 in Beijing; odd milliseconds, so that a lost one shows. */
export const NINE = Date.UTC(2026, 2, 2, 1, 0, 0, 123);

/** In milliseconds. */
export const minutes = (count: number): number => count * 60_000;

/** The records as the journal would hold them. */
export function journal(...records: JournalRecord[]): JournalEntry[] {
  return records.map((record) => ({ id: randomUUID(), at: NINE, record }));
}

export function aCall(parts: Partial<CallSnapshot> = {}): CallSnapshot {
  return {
    id: randomUUID(),
    direction: 'inbound',
    state: 'queued',
    storeId: 'bj01',
    queueId: 'sales',
    hotline: '400',
    trunkId: 'carrier',
    from: '+8613800138000',
    to: '400',
    leadId: null,
    customerId: null,
    agentId: null,
    arrivedAt: NINE,
    offeredAt: null,
    answeredAt: null,
    talkStartedAt: null,
    bridgedAt: null,
    endedAt: null,
    outcome: null,
    endCause: null,
    ...parts,
  };
}

/** A call that ended after a talk of one minute. */
export function aTalk(parts: Partial<CallSnapshot> = {}): CallSnapshot {
  return aCall({
    state: 'closed',
    agentId: 'wang',
    offeredAt: NINE + 10,
    answeredAt: NINE + 4_001,
    talkStartedAt: NINE + 4_002,
    bridgedAt: NINE + 4_503,
    endedAt: NINE + 64_002,
    outcome: 'talk',
    endCause: 'hangup',
    ...parts,
  });
}

/** The form of a talk of Wang's that is over, of which nothing is said yet. */
export function aForm(parts: Partial<FormSnapshot> = {}): FormSnapshot {
  return {
    ...{ callId: randomUUID(), storeId: 'bj01', queueId: 'sales', direction: 'inbound' },
    ...{ agentId: 'wang', earlier: [], arrivedAt: NINE, endedAt: NINE + 64_002 },
    ...{ state: 'unclassified', required: true, falls: false },
    ...NO_ANSWERS,
    ...{ filledBy: null, filledAt: null, followUp: null },
    ...parts,
  };
}

export function aLeg(parts: Partial<LegSnapshot> = {}): LegSnapshot {
  return {
    id: randomUUID(),
    callId: randomUUID(),
    role: 'caller',
    agentId: null,
    startedAt: NINE,
    ringingAt: null,
    answeredAt: null,
    endedAt: null,
    endCause: null,
    ...parts,
  };
}

export function anEntry(parts: Partial<EntrySnapshot> = {}): EntrySnapshot {
  return {
    id: randomUUID(),
    callId: randomUUID(),
    queueId: 'sales',
    joinedAt: NINE,
    endedAt: null,
    outcome: null,
    ...parts,
  };
}

export function aLead(parts: Partial<NewLead> = {}): NewLead {
  return {
    id: randomUUID(),
    storeId: 'bj01',
    number: '+8613800138000',
    source: 'inbound',
    openedByCall: randomUUID(),
    openedAt: NINE,
    ...parts,
  };
}

export function aPromise(parts: Partial<PromiseSnapshot> = {}): PromiseSnapshot {
  return {
    id: randomUUID(),
    storeId: 'bj01',
    hotline: '400',
    queueId: 'sales',
    number: '+8613800138000',
    callId: randomUUID(),
    leadId: null,
    state: 'open',
    reason: 'abandoned',
    dueAt: NINE + 1_800_000,
    openedAt: NINE,
    ...parts,
  };
}

export function aRecording(parts: Partial<RecordingSnapshot> = {}): RecordingSnapshot {
  return {
    id: randomUUID(),
    callId: randomUUID(),
    leadId: null,
    agentId: null,
    storeId: null,
    file: {
      result: 'stored',
      path: '2026/03/02/x.wav',
      folder: 2,
      startedAt: NINE + 4_002,
      durationMs: 60_000,
      bytes: 1_920_044,
      sha256: 'a'.repeat(64),
      gapsMs: { 'edge-killed': 1940 },
      reconciles: true,
    },
    ...parts,
  };
}
