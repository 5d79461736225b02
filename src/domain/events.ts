import type { AlarmRaised } from './alarm';
import type { AgentPhone } from './agent/agent';
import type { PhoneLossReason } from './agent/phone-loss';
import type { DialTarget, EarlierTalk, LegNote } from './effects';
import type { EndCause, FarSide } from './end-cause';
import type {
  AgentId,
  CallId,
  CustomerId,
  EntryId,
  LeadId,
  LegId,
  OfferId,
  PhoneId,
  PlayId,
  PromiseId,
  RecordingId,
  TrunkId,
} from './ids';
import type { RefusalCode } from './errors';
import type { DialClass, Plan } from './plan';
import type { Outgoing, ParkSlot } from './call/call';
import type { Route } from './call/routing';
import type { OfferMade, RaisedEvent } from './raised-events';
import type { CallDirection } from './records';
import type { Instant, Millis } from './time';

/**
 * Every fact that can enter the contact centre. An event holds all that its decision needs; it is
 * in the past tense and cannot be refused. `at` is when it happened.
 */
export type DomainEvent =
  | CallArrived
  | CallPlaced
  | PhoneDialled
  | DialRefused
  | CallPreempted
  | CallerServed
  | LookupCompleted
  | LegRinging
  | LegAnswered
  | LegEnded
  | LegHeld
  | LegResumed
  | PhoneReachable
  | PhoneUnreachable
  | PlayEnded
  | RecordingFinished
  | RecordingStored
  | AlarmRaised
  | AgentSignedIn
  | AgentReadied
  | AgentUnreadied
  | AgentWrappedUp
  | AgentSignedOut
  | AgentSeated
  | AgentUnseated
  | OfferReceived
  | TalkHeld
  | TalkResumed
  | TalkTransferred
  | CallPickedUp
  | TalkMuted
  | ConsultBegun
  | ConsultOrdered
  | TalkParked
  | KeysPressed
  | TimerFired
  | PlanApplied
  | CallRecovered
  | RaisedEvent;

/** What is known of a caller's number. `unavailable` makes no lead and is repeated later. */
export type Lookup =
  | { result: 'found'; leadId?: LeadId; customerId?: CustomerId; name: string; ownerId?: AgentId }
  /** `shared`: by this number nobody can be known, not even one who called by it before. */
  | { result: 'none'; shared?: true }
  | { result: 'unavailable' };

/** A call reached a number of ours from a trunk (RFC 3261 INVITE without To tag). */
export interface CallArrived {
  type: 'call.arrived';
  at: Instant;
  callId: CallId;
  legId: LegId;
  /** Ids set aside for what this call may bring about. */
  ids: { entryId: EntryId; leadId: LeadId; promiseId: PromiseId };
  trunkId: TrunkId;
  /** The caller's number in E.164 where it is one, else as dialled; `''` when withheld. */
  from: string;
  displayName: string;
  /** The dialled number, as the trunk delivered it. */
  to: string;
  lookup: Lookup;
  /** The caller offered no audio that we could take: refused with 488 (RFC 3261 §13.3.1.3). */
  unusable?: 'no-media';
}

/** Ids set aside for a call that one of ours places. */
export interface OutgoingIds {
  callId: CallId;
  /** The leg to, or from, his own phone. */
  ownLegId: LegId;
  legId: LegId;
  recordingId: RecordingId;
  entryId: EntryId;
  leadId: LeadId;
  promiseId: PromiseId;
}

/** A phone of ours dialled something; it has proven which one it is. */
export interface PhoneDialled {
  type: 'phone.dialled';
  at: Instant;
  phoneId: PhoneId;
  /** Digits or an id; the beginning of the whole URI when it was neither. */
  number: string;
  ids: OutgoingIds;
  unusable?: 'no-media';
}

/** A call that we placed makes room for one for help. */
export interface CallPreempted {
  type: 'call.preempted';
  at: Instant;
  callId: CallId;
}

/** Somebody tried to have a call placed, and was refused. */
export interface DialRefused {
  type: 'dial.refused';
  at: Instant;
  /** Id of a person, a phone, or a trunk; of a stranger his address. */
  who: string;
  /** The person, when it is one of ours whose limit is reached. */
  agentId?: AgentId;
  /** What he dialled, at most 64 characters. */
  number: string;
  /** A refusal's code, or what is wrong with the request. */
  what: RefusalCode | 'WRONG_CREDENTIALS' | 'REPLAYED' | 'STRANGER' | 'DIVERSION';
}

/** One of ours calls a number or a colleague, and may. */
export interface CallPlaced {
  type: 'call.placed';
  at: Instant;
  callId: CallId;
  direction: 'outbound' | 'internal';
  out: Outgoing;
  /** The phone that he calls from; rung first when he calls from his desk. */
  phoneId: PhoneId;
  /** The leg to whom he calls. */
  legId: LegId;
  ids: CallArrived['ids'];
  /** The number that is shown; of an internal call his phone. */
  from: string;
  /** His name, shown to a colleague. */
  displayName: string;
  /** Whom he calls: a number as its key, or a colleague's phone. */
  to: string;
  /** What is dialled; null: nobody pays for it, or help. */
  class: DialClass | null;
  /** Whether it is asked who that is. */
  isLookedUp: boolean;
  /** His store; the queue in which the customer would wait for another agent, and its hotline. */
  route: Route;
}

/**
 * The edge answered a caller by itself while this app was away, or he gave up before it did. Told once;
 * his call is over, and this app had never known of it.
 */
export interface CallerServed {
  type: 'caller.served';
  /** When it was told. */
  at: Instant;
  /** Chosen by the edge, so that a fact that comes twice stays one call. */
  callId: CallId;
  ids: { leadId: LeadId; promiseId: PromiseId };
  hotline: string;
  trunkId: TrunkId;
  /** In E.164 where it is one, else as dialled; `''` when withheld. */
  from: string;
  arrivedAt: Instant;
  /** Null when he gave up before. */
  answeredAt: Instant | null;
  endedAt: Instant;
  /** He was told that he will be called back, or that he cannot be; else he left before. */
  result: 'promised' | 'no-number' | 'left';
  lookup: Lookup;
}

/** The look-up of a caller came later than the 50 ms that an arriving call waits for it. */
export interface LookupCompleted {
  type: 'lookup.completed';
  at: Instant;
  callId: CallId;
  lookup: Lookup;
}

/**
 * The far side of a leg that we dialled rings (first 18x), or a caller was sent our 180. Told again when sound comes
 * after the first.
 */
export interface LegRinging {
  type: 'leg.ringing';
  at: Instant;
  legId: LegId;
  /** It sends sound before its answer (RFC 3960), a tone or its operator's words: a bridge lets it be heard. */
  sound?: true;
}

/** A dialled leg was picked up (200 received), or an arriving leg has our 200 and its media. */
export interface LegAnswered {
  type: 'leg.answered';
  at: Instant;
  legId: LegId;
}

/** A leg is over, whoever ended it and in whatever state it was. The last fact about a leg. */
export interface LegEnded {
  type: 'leg.ended';
  at: Instant;
  legId: LegId;
  cause: EndCause;
  far?: FarSide;
  /** From the dialog's note, when the leg ended while the app was away and may be unknown. */
  callId?: CallId;
}

/**
 * The far side of an answered leg listens no more (re-offer with `sendonly`, `inactive` or the address
 * 0.0.0.0; RFC 3264 §8.4). May be told again of a leg that holds already.
 */
export interface LegHeld {
  type: 'leg.held';
  at: Instant;
  legId: LegId;
}

/** The far side of an answered leg listens, again or still. */
export interface LegResumed {
  type: 'leg.resumed';
  at: Instant;
  legId: LegId;
}

/** A phone can be rung: it registered, or it is static. */
export interface PhoneReachable {
  type: 'phone.reachable';
  at: Instant;
  phoneId: PhoneId;
}

/** No registration of the phone is left, or it answers at none of its places. */
export interface PhoneUnreachable {
  type: 'phone.unreachable';
  at: Instant;
  phoneId: PhoneId;
  reason: PhoneLossReason;
}

/** A play of prompts to a leg came to its end: `cut` by something else in its place, or by a `key`. */
export interface PlayEnded {
  type: 'play.ended';
  at: Instant;
  callId: CallId;
  legId: LegId;
  playId: PlayId;
  reason: 'finished' | 'cut' | 'key';
}

/** The media engine finished a recording's file (or could not). */
export interface RecordingFinished {
  type: 'recording.finished';
  at: Instant;
  callId: CallId;
  recordingId: RecordingId;
  file: RecordingFile;
}

/** What became of a recording: its file, or why there is none. */
export type RecordingFile =
  | {
      result: 'stored';
      /** Relative to `RECORDINGS_DIR`, or to `RECORDINGS_DIR_2` if that is its folder. */
      path: string;
      folder?: 2;
      startedAt: Instant;
      durationMs: Millis;
      bytes: number;
      sha256: string;
      /** Milliseconds that are missing, by cause; absent in what an older edge told. */
      gapsMs?: Record<string, number>;
      /** False: its manifest contradicts itself. */
      reconciles?: boolean;
    }
  | { result: 'failed'; reason: string };

/** The recording's row is in PostgreSQL, linked to its call and lead. */
export interface RecordingStored {
  type: 'recording.stored';
  at: Instant;
  callId: CallId;
  recordingId: RecordingId;
}

/** An agent signed in at a desktop; he is not ready yet. */
export interface AgentSignedIn {
  type: 'agent.signed-in';
  at: Instant;
  agentId: AgentId;
}

/** An agent wants calls. */
export interface AgentReadied {
  type: 'agent.readied';
  at: Instant;
  agentId: AgentId;
}

/** An agent wants no calls for a while, and says why. */
export interface AgentUnreadied {
  type: 'agent.unreadied';
  at: Instant;
  agentId: AgentId;
  reason: string;
}

/** The agent finished wrap-up before its limit. */
export interface AgentWrappedUp {
  type: 'agent.wrapped-up';
  at: Instant;
  agentId: AgentId;
}

/** An agent went home; an offer standing open for him is taken back. */
export interface AgentSignedOut {
  type: 'agent.signed-out';
  at: Instant;
  agentId: AgentId;
}

/** An agent signed in at a phone that belongs to nobody. */
export interface AgentSeated {
  type: 'agent.seated';
  at: Instant;
  agentId: AgentId;
  phone: AgentPhone;
}

/** He sits there no more. */
export interface AgentUnseated {
  type: 'agent.unseated';
  at: Instant;
  agentId: AgentId;
}

/** The agent's desktop confirmed that it shows the offer. */
export interface OfferReceived {
  type: 'offer.received';
  at: Instant;
  offerId: OfferId;
  agentId: AgentId;
}

/** The agent of a talk put its customer on hold at his desk. */
export interface TalkHeld {
  type: 'talk.held';
  at: Instant;
  callId: CallId;
  agentId: AgentId;
}

/** The agent took the customer back whom he had put on hold at his desk. */
export interface TalkResumed {
  type: 'talk.resumed';
  at: Instant;
  callId: CallId;
  agentId: AgentId;
}

/** The agent of a talk does not want to be heard, or does again. */
export interface TalkMuted {
  type: 'talk.muted';
  at: Instant;
  callId: CallId;
  agentId: AgentId;
  muted: boolean;
}

/** The agent of a talk sent his caller on. */
export interface TalkTransferred {
  type: 'talk.transferred';
  at: Instant;
  callId: CallId;
  agentId: AgentId;
  /** The queue in which he stands from now on. */
  route: Route;
  /** His place there. */
  entryId: EntryId;
  /** The one agent whom he was sent to, as `offer.made` has it; null when the queue's are asked. */
  offer: Pick<
    OfferMade,
    'offerId' | 'agentId' | 'legId' | 'recordingId' | 'phoneId' | 'awaitsReceipt'
  > | null;
}

/** An agent takes a call that rings at a colleague's, waits, or is parked; dispatch did not give it to him. */
export interface CallPickedUp {
  type: 'call.picked-up';
  at: Instant;
  callId: CallId;
  agentId: AgentId;
  offer: Pick<
    OfferMade,
    'offerId' | 'agentId' | 'legId' | 'recordingId' | 'phoneId' | 'awaitsReceipt'
  >;
}

/** The agent of a talk asks somebody, or (`blind`) sends his caller to a phone or an outside number. */
export interface ConsultBegun {
  type: 'consult.begun';
  at: Instant;
  callId: CallId;
  agentId: AgentId;
  /** What he is called, for whom he asks. */
  agentName: string;
  to: DialTarget;
  /** The number of ours that is shown to an outside number. */
  shown?: string;
  blind: boolean;
  offerId: OfferId;
  legId: LegId;
  recordings: { consult: RecordingId; talk: RecordingId };
  entryId: EntryId;
  /** True when the ring waits for the receipt of the asked person's desktop. */
  awaitsReceipt: boolean;
}

/** What the agent wants of his consultation. */
export interface ConsultOrdered {
  type: 'consult.ordered';
  at: Instant;
  callId: CallId;
  agentId: AgentId;
  order: ConsultOrder;
}

/**
 * `swap`: talk with the one who hears music; out of a talk of three, with the third party alone. `conference`:
 * all three. `complete`: the third party takes the customer. `end`: the customer is taken back.
 */
export type ConsultOrder = 'swap' | 'conference' | 'complete' | 'end';

/** The agent of a talk laid his caller aside. */
export interface TalkParked {
  type: 'talk.parked';
  at: Instant;
  callId: CallId;
  agentId: AgentId;
  slot: ParkSlot;
  /** How long he stays there. */
  limitMs: Millis;
  /** His place in the queue, once he goes back there. */
  entryId: EntryId;
}

/** The agent of a talk has keys pressed for his customer, or for what answers there (a menu). */
export interface KeysPressed {
  type: 'keys.pressed';
  at: Instant;
  callId: CallId;
  agentId: AgentId;
  /** 1 to 64 of `0123456789*#ABCD`. */
  keys: string;
}

/** Where a caller was laid aside, as the note of his leg keeps it. */
export interface ParkedNote {
  slot: ParkSlot;
  by: AgentId;
  since: Instant;
  until: Instant;
}

/** A timer reached its moment. */
export interface TimerFired {
  type: 'timer.fired';
  at: Instant;
  timer: Timer;
}

/** A timer is named by what it is about; setting the same name again replaces it. */
export type Timer =
  | { kind: 'offer-receipt'; callId: CallId; offerId: OfferId }
  | { kind: 'offer-ring'; callId: CallId; offerId: OfferId }
  | { kind: 'caller-rings'; callId: CallId }
  /** A call of ours: a phone rings too long, first his own, then the one that he calls. */
  | { kind: 'calling'; callId: CallId }
  | { kind: 'park-limit'; callId: CallId }
  /** What the call waits for (a play's end, a fsync, a recording's file) should have come. */
  | { kind: 'overdue'; callId: CallId }
  /** The look-up of the caller was unavailable: time to ask once more. */
  | { kind: 'lookup-again'; callId: CallId }
  | { kind: 'wrap-up'; agentId: AgentId }
  | { kind: 'agent-rest'; agentId: AgentId };

/** The plan was replaced as a whole; live calls keep what they had. */
export interface PlanApplied {
  type: 'plan.applied';
  at: Instant;
  plan: Plan;
}

/** A live call found on the edge after this app started; see engine/recover.ts. */
export interface CallRecovered {
  type: 'call.recovered';
  at: Instant;
  call: RecoveredCall;
}

/** What the edge's lists and notes, the journal and the database together say of a live call. */
export interface RecoveredCall {
  callId: CallId;
  direction: CallDirection;
  storeId: string;
  queueId: string;
  hotline: string;
  trunkId: TrunkId;
  from: string;
  to: string;
  arrivedAt: Instant;
  answeredAt?: Instant;
  talkStartedAt?: Instant;
  leadId?: LeadId;
  customerId?: CustomerId;
  callerName: string;
  /** The agent of a talk that has started. */
  agentId?: AgentId;
  offeredAt?: Instant;
  bridgedAt?: Instant;
  ids: { entryId: EntryId; leadId: LeadId; promiseId: PromiseId };
  /** The caller was not answered: his INVITE is delivered again, and he hears that it rings. */
  arriving?: true;
  /** A call of ours that nobody had answered. */
  calling?: true;
  /** Present while the customer's dialog lives. */
  callerLegId?: LegId;
  /** Of an internal call: whose the customer's dialog is. */
  colleagueId?: AgentId;
  /** Present while an agent's dialog of this call lives. */
  agentLeg?: { legId: LegId; agentId: AgentId };
  /** Present while the dialog of somebody whom the agent asks lives. */
  third?: {
    legId: LegId;
    consult: NonNullable<LegNote['consult']>;
    /** The consultation's file is being written. */
    recording: boolean;
  };
  /** Present while the dialog of an outside number lives to which the caller was sent. */
  outsideLeg?: { legId: LegId } & NonNullable<LegNote['forwarded']>;
  /** What the edge records of it now. */
  recordingId?: RecordingId;
  /** Of a talk that is recorded no more: its recording from now on. */
  spareRecordingId: RecordingId;
  /** The caller's dialog, or the agent's, ended while no app was there. */
  partyGone?: true;
  bridged: boolean;
  /** The agent had put the customer on hold at his desk. */
  heldAtDesk?: true;
  /** He was laid aside. */
  parked?: ParkedNote;
  /** Legs whose far sides listen no more, as the edge has it. */
  holding?: readonly LegId[];
  /** Talks before this one, the latest of them. */
  earlier?: readonly EarlierTalk[];
}
