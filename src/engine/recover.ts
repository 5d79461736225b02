/**
 * Finds the calls again that outlived the app: puts together what the edge lists (dialogs with
 * their notes, media sessions) and what journal and database know (call snapshots). Decides nothing
 * about them; that is domain/call/recovered. Knows no protocol: the lists come as plain values.
 */
import type { LegNote } from '../domain/effects';
import type { NailedRecovered } from '../domain/agent-events';
import type { CallRecovered, RecoveredCall } from '../domain/recovered-call';
import type { AgentId, CallId, LegId, PhoneId, RecordingId } from '../domain/ids';
import { readNote } from '../domain/leg-note';
import { numberBook } from '../domain/number/book';
import { isEmergency } from '../domain/number/kinds';
import type { Plan } from '../domain/plan';
import type { CallSnapshot, JournalEntry } from '../domain/records';
import type { Instant } from '../domain/time';
import { milestones } from './milestones';
import type { MakeId } from './ports';
import { takerRouteOf, whereFrom } from './recovered-route';

/**
 * A dialog that lives, or that ended while the app was away: of all that the edge says of it, only
 * the note is looked at. Calls are rebuilt as they were before such an end; the end itself follows
 * as `leg.ended` with its own moment.
 */
export interface FoundDialog {
  note: string;
  ended: boolean;
  /** No dialog yet: an INVITE that is not answered and comes again. */
  arriving?: true;
}

/** A media session of the edge: a session is a call, an endpoint one of its legs. */
export interface FoundSession {
  session: CallId;
  endpoints: { endpoint: LegId; bridgedTo: LegId | null; holds?: true }[];
  recordings: { recording: RecordingId }[];
}

/** Everything that is known after a start. */
export interface Found<Dialog extends FoundDialog> {
  dialogs: readonly Dialog[];
  sessions: readonly FoundSession[];
  /** Every call without an end, and those (ended or not) that the notes name. */
  calls: readonly CallSnapshot[];
  plan: Plan;
  /** The edge is another than the one at which these calls stood. */
  edgeFell?: boolean;
  makeId: MakeId;
  at: Instant;
}

/** What was found again, and what belongs to nothing. */
export interface Recovery<Dialog extends FoundDialog> {
  /** To be submitted after `start`, all together: who talks in one is offered to nobody who waits in another. */
  events: CallRecovered[];
  /** Agents' own legs, to be submitted before. */
  nailed: NailedRecovered[];
  /** Dialogs without a readable note or of calls that have ended: to be hung up. */
  strayDialogs: Dialog[];
  /** Sessions of no live call: to be closed, which finishes their recordings. */
  straySessions: CallId[];
}

interface Parts {
  caller?: LegNote;
  agent?: LegNote;
  /** Whom the agent asks. */
  third?: LegNote;
  /** The number that the caller was sent to. */
  forwarded?: LegNote;
  known?: CallSnapshot;
  /** His INVITE is not answered yet. */
  arriving?: boolean;
  /** Whose leg ended while the app was away. */
  gone?: Set<Part>;
}

type Part = 'caller' | 'agent' | 'third' | 'forwarded';

/** Whom we called stands where a caller stands. */
const partOf = ({ role, consult, forwarded }: LegNote): Part =>
  consult ? 'third' : forwarded ? 'forwarded' : role === 'agent' ? 'agent' : 'caller';

/** Puts the parts together; calls come in the order of their arrival. */
export function recover<Dialog extends FoundDialog>(found: Found<Dialog>): Recovery<Dialog> {
  const ended = new Set(found.calls.filter(({ outcome }) => outcome !== null).map(({ id }) => id));
  const calls = new Map<CallId, Parts>();
  for (const known of found.calls) if (!ended.has(known.id)) calls.set(known.id, { known });
  const strayDialogs: Dialog[] = [];
  const agents = agentsOf(found.dialogs);
  for (const dialog of found.dialogs) {
    const note = readNote(dialog.note);
    if (note && isIdleNailed(note)) continue;
    if (note && !ended.has(note.callId)) {
      const parts = calls.get(note.callId);
      const part = partOf(note);
      if (part === 'agent' && agents.get(note.callId)?.dialog !== dialog) {
        if (!dialog.ended) strayDialogs.push(dialog);
        continue;
      }
      const gone = new Set([...(parts?.gone ?? []), ...(dialog.ended ? [part] : [])]);
      const arriving = dialog.arriving ?? parts?.arriving ?? false;
      calls.set(note.callId, { ...parts, [part]: note, arriving, gone });
    } else if (!dialog.ended) strayDialogs.push(dialog);
  }
  const sessions = new Map(found.sessions.map((session) => [session.session, session]));
  const nailed = nailedOf(found.dialogs);
  return {
    events: [...calls]
      .map(([callId, parts]) => rebuild(callId, parts, sessions.get(callId), found))
      .sort((a, b) => a.arrivedAt - b.arrivedAt)
      .map((call) => ({ type: 'call.recovered', at: found.at, call })),
    nailed: [...nailed.values()].map((who) => ({
      ...{ type: 'nailed.recovered', at: found.at, ...who },
    })),
    strayDialogs,
    straySessions: [...sessions.keys()].filter((id) => !calls.has(id) && !nailed.has(id)),
  };
}

/** An agent's own leg while nobody talked over it: of no call. */
const isIdleNailed = ({ legId, nailed }: LegNote): boolean => nailed?.id === legId;

/** Whose own legs live, in a call or not. */
function nailedOf(dialogs: readonly FoundDialog[]) {
  const found = new Map<LegId, { agentId: AgentId; phoneId: PhoneId }>();
  for (const { note: text, ended } of dialogs) {
    const note = readNote(text);
    if (ended || !note?.nailed || note.agentId === undefined) continue;
    found.set(note.nailed.id, { agentId: note.agentId, phoneId: note.nailed.phoneId });
  }
  return found;
}

/**
 * Each call's agent. Of two the one who handed his caller over was to be hung up: he is gone, or has him on
 * hold as who asks somebody does.
 */
function agentsOf<Dialog extends FoundDialog>(dialogs: readonly Dialog[]) {
  const agents = new Map<CallId, { dialog: Dialog; rank: number }>();
  for (const dialog of dialogs) {
    const note = readNote(dialog.note);
    if (!note || isIdleNailed(note) || partOf(note) !== 'agent') continue;
    const rank = dialog.ended ? 0 : note.held ? 1 : 2;
    if (rank >= (agents.get(note.callId)?.rank ?? 0)) agents.set(note.callId, { dialog, rank });
  }
  return agents;
}

/** The newest snapshot of each call in the journal's entries; they are newer than the database's. */
export function callsIn(entries: readonly JournalEntry[]): CallSnapshot[] {
  const calls = new Map<CallId, CallSnapshot>();
  for (const { record } of entries)
    if (record.kind === 'call.saved') calls.set(record.call.id, record.call);
  return [...calls.values()];
}

function rebuild(
  callId: CallId,
  parts: Parts,
  session: FoundSession | undefined,
  found: Found<FoundDialog>,
): RecoveredCall {
  const { caller, agent, known } = parts;
  const route = whereFrom(parts, { plan: found.plan, tookOver: tookOver(parts) });
  const recordings = (session?.recordings ?? []).map(({ recording }) => recording);
  const consulted = parts.third?.consult?.recordings.consult;
  const recordingId = recordings.find((id) => id !== consulted);
  const { makeId } = found;
  const direction = known?.direction ?? caller?.direction ?? agent?.direction ?? 'inbound';
  const to = known?.to ?? caller?.caller?.to ?? route.hotline;
  const isHelp = direction === 'outbound' && isEmergency(to, numberBook(found.plan));
  return {
    callId,
    direction,
    ...(isHelp ? { emergency: true as const } : {}),
    ...(found.edgeFell ? { edgeFell: true as const } : {}),
    ...route,
    trunkId: known?.trunkId ?? caller?.caller?.trunkId ?? '',
    from: known?.from ?? caller?.caller?.from ?? '',
    to,
    arrivedAt: known?.arrivedAt ?? caller?.waitingSince ?? found.at,
    callerName: '',
    ids: caller?.caller?.ids ?? { entryId: makeId(), leadId: makeId(), promiseId: makeId() },
    bridged: isBridged(session, parts),
    spareRecordingId: makeId(),
    ...(parts.gone?.size ? { partyGone: true as const } : {}),
    ...milestones(known && leftSlot(parts) ? asWaiting(known) : known),
    ...(known?.noPop && isTalk(known) ? { noPop: true as const } : {}),
    ...(tookOver(parts) ? { talkStartedAt: found.at, bridgedAt: found.at } : {}),
    ...(caller && !leftWaiting(parts) ? { callerLegId: caller.legId } : {}),
    ...(direction !== 'inbound' && isCalling(parts) ? { calling: true as const } : {}),
    ...(caller?.role === 'outside' && caller.agentId !== undefined
      ? { colleagueId: caller.agentId }
      : {}),
    ...(parts.arriving ? { arriving: true as const } : {}),
    ...(agent?.agentId === undefined
      ? {}
      : { agentLeg: { legId: agent.legId, agentId: agent.agentId } }),
    ...(recordingId === undefined ? {} : { recordingId }),
    ...(caller?.earlier ? { earlier: caller.earlier } : {}),
    ...othersOf(parts, recordings, found),
    ...(known?.menu === undefined ? {} : { menu: known.menu }),
    ...(caller?.caller?.standing ? { standing: caller.caller.standing } : {}),
    ...holdOf(agent, session),
    ...mutedOf([agent, caller]),
    ...(caller?.parked && !agent ? { parked: caller.parked } : {}),
    ...(caller?.dialogue && !agent ? { dialogue: caller.dialogue } : {}),
  };
}

/** Those who are neither caller nor agent. */
function othersOf(
  { third, forwarded }: Parts,
  recordings: readonly RecordingId[],
  { plan, makeId }: Found<FoundDialog>,
) {
  const consult = third?.consult;
  const sent = forwarded?.forwarded;
  return {
    ...(third && consult
      ? {
          third: {
            legId: third.legId,
            consult,
            recording: recordings.includes(consult.recordings.consult),
            spareRecordingId: makeId(),
            ...takerRouteOf(consult, plan),
          },
        }
      : {}),
    ...(forwarded && sent ? { outsideLeg: { legId: forwarded.legId, ...sent } } : {}),
  };
}
/** Of a call of ours of which nothing is written yet, no more can have become. */
const isCalling = ({ caller, agent, known }: Parts): boolean =>
  (known === undefined || known.state === 'calling' || isUndialled(known)) && !(caller && agent);

/** A call back for which nobody had picked up. */
const isUndialled = ({ direction, answeredAt }: CallSnapshot): boolean =>
  direction === 'outbound' && answeredAt === null;

/** His note says that he is parked no more, and the fall came before that was written down as well. */
const leftSlot = ({ caller, agent, known }: Parts): boolean =>
  known?.state === 'parked' && caller !== undefined && !caller.parked && !agent;

/** He was given the caller by another one, whose talk is the last that was written down: his own is younger. */
const tookOver = ({ agent, known }: Parts): boolean =>
  agent !== undefined && isTalk(known) && known?.agentId !== agent.agentId;

const asWaiting = (known: CallSnapshot): CallSnapshot => ({
  ...known,
  ...{ talkStartedAt: null, bridgedAt: null, agentId: null },
});

function mutedOf(notes: readonly (LegNote | undefined)[]) {
  const muted = notes.flatMap((note) => (note?.muted ? [note.legId] : []));
  return muted.length > 0 ? { muted } : {};
}

/** The desk's hold stands in the agent's note, that of phones in what they agreed on with the edge. */
function holdOf(agent: LegNote | undefined, session: FoundSession | undefined) {
  const holding = (session?.endpoints ?? []).filter(({ holds }) => holds);
  return {
    ...(agent?.held ? { heldAtDesk: true as const } : {}),
    ...(agent?.asks ? { askedInVain: true as const } : {}),
    ...(holding.length > 0 ? { holding: holding.map(({ endpoint }) => endpoint) } : {}),
  };
}

const isTalk = (known: CallSnapshot | undefined): boolean =>
  (known?.talkStartedAt ?? null) !== null;

/** He hung up in the queue: nobody is to be rung for him until his end is told. */
const leftWaiting = ({ known, gone }: Parts): boolean =>
  gone?.has('caller') === true && !isTalk(known);

function isBridged(
  session: FoundSession | undefined,
  { caller, agent, known, gone }: Parts,
): boolean {
  // The edge parted them when one left; a talk that had begun had been joined.
  if (gone?.size) return isTalk(known);
  if (!session || !caller || !agent) return false;
  return session.endpoints.some(
    ({ endpoint, bridgedTo }) => endpoint === caller.legId && bridgedTo === agent.legId,
  );
}
