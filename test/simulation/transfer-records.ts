/** What must stand in the records, and nowhere else, when all of a tree has ended. */
import type { CallSnapshot, RecordingSnapshot } from '../../src/domain/records';
import type { FakeJournal } from '../support/centre/journal';
import type { TransferScene } from './transfer-trees';

/** The text of the first fault, or null. */
export function recordsFault(scene: TransferScene): string | null {
  return left(scene) ?? agents(scene) ?? ledger(scene) ?? ended(scene) ?? recordings(scene);
}

function left({ centre }: TransferScene): string | null {
  if (centre.telephony.nailed.size > 0) return 'an own leg is left';
  for (const [what, list] of Object.entries(centre.leftovers()))
    if (list.length > 0) return `${what} left: ${list.join()}`;
  return null;
}

function agents({ centre }: TransferScene): string | null {
  const stuck = centre.engine.agents().find(({ activity }) => activity !== 'idle');
  return stuck ? `${stuck.id} is ${stuck.activity} at the end` : null;
}

/**
 * Each call that arrived has one outcome, and none is broken while the edge stood. So has one that was placed,
 * unless the app fell before it was written.
 */
function ledger({ centre, callers, placed, edgeFell }: TransferScene): string | null {
  const calls = new Map(centre.journal.of('call.saved').map(({ call }) => [call.id, call]));
  const lost = callers.find(({ callId }) => !calls.has(callId));
  if (lost) return `${lost.callId} arrived and is not written`;
  const known = new Set([...callers.map(({ callId }) => callId), ...placed]);
  for (const id of calls.keys()) if (!known.has(id)) return `${id} is written and was never made`;
  for (const { id, outcome, leadId, direction } of calls.values()) {
    if (outcome === null) return `${id} has no outcome`;
    if (outcome === 'broken' && !edgeFell) return `${id} was broken`;
    if (leadId === null && direction === 'inbound') return `${id} has no lead`;
  }
  return null;
}

/** Legs and places of whom an end was written, or that were swept with their call. */
function ended({ centre: { journal } }: TransferScene): string | null {
  const swept = new Set(journal.of('call.swept').map(({ callId }) => callId));
  const open = new Map<string, string>();
  const consults = new Set<string>();
  for (const record of journal.records) {
    if (record.kind === 'consults.swept') {
      for (const id of consults) open.delete(id);
      continue;
    }
    if (record.kind !== 'leg.saved' && record.kind !== 'entry.saved') continue;
    const { id, callId, endedAt } = record.kind === 'leg.saved' ? record.leg : record.entry;
    if (record.kind === 'entry.saved' && record.entry.askedBy !== undefined) consults.add(id);
    if (endedAt === null) open.set(id, callId);
    else open.delete(id);
  }
  for (const [id, callId] of open) if (!swept.has(callId)) return `${id} of ${callId} has no end`;
  return null;
}

/** Each talk's recording is filed, with its call, its lead and the agent who talked. */
function recordings({ centre, dialling }: TransferScene): string | null {
  const { journal, media, telephony } = centre;
  const calls = new Map(journal.of('call.saved').map(({ call }) => [call.id, call]));
  const filed = new Map<string, RecordingSnapshot>();
  // As the store does: a later file changes nothing about whose it is.
  for (const { recording } of journal.of('recording.saved')) {
    const agentId = filed.get(recording.id)?.agentId ?? recording.agentId;
    filed.set(recording.id, { ...recording, agentId });
  }
  const dialled = new Map<string, string | null>(dialling);
  for (const { legId, to } of telephony.dials)
    dialled.set(legId, to.kind === 'phone' ? to.agentId : null);
  for (const { recordingId, callId, right } of media.recorded) {
    const recording = filed.get(recordingId);
    if (!recording) return `${recordingId} was never filed`;
    const agentId = dialled.get(right);
    const call = calls.get(callId);
    if (recording.callId !== callId || !call) return `${recordingId} hangs on no call`;
    const filedFor = recording.agentId ?? agentByTimes(journal, recording, call) ?? call.agentId;
    // Left to each other they are the agent's who sent the one to the other.
    const isTheirs = agentId === null ? filedFor !== null : filedFor === agentId;
    if (!isTheirs) return `${recordingId} is filed for ${filedFor}, and ${agentId} talked`;
    if ((recording.leadId ?? call.leadId) === null && call.direction !== 'internal')
      return `${recordingId} hangs on no lead`;
  }
  return null;
}

/** A talk that was found again counts from then: the store allows two seconds for it, here it is a step. */
const FOUND_AGAIN_MS = 20;

/** As src/store/recordings.ts asks the database: the last talk, or of agents before who picked up last. */
function agentByTimes(
  journal: FakeJournal,
  { callId, file }: RecordingSnapshot,
  { talkStartedAt, agentId }: CallSnapshot,
): string | null {
  if (file.result === 'failed') return null;
  const startedAt = file.startedAt + FOUND_AGAIN_MS;
  if (talkStartedAt !== null && talkStartedAt <= startedAt) return agentId;
  const pickUps = journal
    .of('leg.saved')
    .flatMap(({ leg }) => (leg.callId === callId && leg.role === 'agent' ? [leg] : []))
    .filter(({ answeredAt }) => answeredAt !== null && answeredAt <= startedAt);
  return pickUps.sort((a, b) => (b.answeredAt ?? 0) - (a.answeredAt ?? 0))[0]?.agentId ?? null;
}
