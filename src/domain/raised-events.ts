import type { AgentId, CallId, EntryId, LegId, OfferId, PhoneId, RecordingId } from './ids';
import type { LeadId, PromiseId, QueueId, StoreId } from './ids';
import type { CallerFacts } from './queue/place';
import type { OfferReason } from './queue/reason';
import type { EntrySnapshot, PromiseSnapshot } from './records';
import type { Instant, Millis } from './time';

/**
 * Facts that one part of the domain tells another, by the effect `raise`. They are drained before
 * anything from outside, and edges never submit them.
 */
export type RaisedEvent =
  | EntryJoined
  | CallerKnown
  | EntryHeld
  | EntryLeft
  | WaitKnown
  | WaitWanted
  | QueueDeserted
  | OfferMade
  | OfferRevoked
  | OfferEnded
  | ReceiptMissed
  | DesktopAwaited
  | CallingBegan
  | CallingJoined
  | CallingEnded
  | ColleagueAsked
  | TalkStarted
  | TalkRecovered
  | TalkJoined
  | TalkMoved
  | TalkEnded
  | PromiseOwed
  | PromiseMoved
  | PromiseWritten
  | FormOwed
  | FormSettled;

/** A call stands in a queue; its place is `joinedAt`, which a recovered call brings along. */
export interface EntryJoined {
  type: 'entry.joined';
  at: Instant;
  entryId: EntryId;
  callId: CallId;
  queueId: QueueId;
  joinedAt: Instant;
  /** What the look-up said of him, where it makes a difference. */
  caller?: CallerFacts;
  /** Who is asked before the queue's agents are, if he can be rung at that moment. */
  recall?: AgentId;
  /** Of somebody who is to be called back: where he stands, though he is not there. */
  back?: Instant;
  /** Of a consultation: whose it is. */
  askedBy?: AgentId;
}

/** A late look-up says of a caller who may be waiting what makes a difference in a queue. */
export interface CallerKnown {
  type: 'caller.known';
  at: Instant;
  callId: CallId;
  entryId: EntryId;
  caller: CallerFacts;
  /** What his queue gives him for it; added on the way. */
  headStartMs?: Millis;
}

/** Dispatch found nobody free for an entry, but somebody is signed in: the caller will wait. */
export interface EntryHeld {
  type: 'entry.held';
  at: Instant;
  callId: CallId;
}

/** The call needs its place in the queue no more, for a reason other than a talk. */
export interface EntryLeft {
  type: 'entry.left';
  at: Instant;
  entryId: EntryId;
  outcome: Exclude<NonNullable<EntrySnapshot['outcome']>, 'connected'>;
}

/** It is time to tell a waiting caller how he stands. */
export interface WaitWanted {
  type: 'wait.wanted';
  at: Instant;
  callId: CallId;
}

/**
 * How a waiting caller stands, once when his greeting may begin and then whenever there is news worth telling. He is
 * told when it suits; the newest counts.
 */
export interface WaitKnown {
  type: 'wait.known';
  at: Instant;
  callId: CallId;
  /** His place in the line, from 1. */
  position: number;
  /** How long he will wait, in whole minutes, 0..999; null when nothing honest can be said. */
  range: readonly [fromMin: number, toMin: number] | null;
}

/** Nobody is signed in to the queue in which the call waits, or its agent asks: step 3 of the ladder, or nobody to ask. */
export interface QueueDeserted {
  type: 'queue.deserted';
  at: Instant;
  callId: CallId;
}

/** Dispatch chose an agent for the entry; the engine added the ids. */
export interface OfferMade {
  type: 'offer.made';
  at: Instant;
  offerId: OfferId;
  callId: CallId;
  entryId: EntryId;
  agentId: AgentId;
  /** The leg to the agent's phone and the recording of the talk that may follow. */
  legId: LegId;
  recordingId: RecordingId;
  /** The phone that will be rung. */
  phoneId: PhoneId;
  /** True when the ring waits for the desktop's receipt; false for `autoReady` phones. */
  awaitsReceipt: boolean;
  /** No desktop of his is there to show him who calls. */
  noPop?: true;
  /** His phone has called in for it: the leg is there, and is dialled by nobody. */
  isHere?: boolean;
  /** Why he, where dispatch chose him. */
  why?: OfferReason;
  /** With so many missed in a row the agent is set not ready; missing: never. */
  missLimit?: number;
  /**
   * Who chose the agent, where it was not dispatch; nobody else is asked meanwhile. By pick-up he chose
   * himself, by recall he gets back whom he had parked: he need not be ready for either.
   */
  by?: 'transfer' | 'pick-up' | 'recall';
}

/** The agent signed out while an offer stood: it is taken back at once. */
export interface OfferRevoked {
  type: 'offer.revoked';
  at: Instant;
  offerId: OfferId;
  callId: CallId;
}

/** An offer is over without a talk. */
export interface OfferEnded {
  type: 'offer.ended';
  at: Instant;
  offerId: OfferId;
  entryId: EntryId;
  agentId: AgentId;
  /** False when the phone was never dialled, so that no leg of it will end. */
  dialled: boolean;
  /** `taken`: by somebody else, so that it is nothing to this agent. */
  reason: 'missed' | 'refused' | 'caller-left' | 'revoked' | 'taken';
}

/** The desktop did not confirm in time that it shows the offer; the phone rings without that. */
export interface ReceiptMissed {
  type: 'receipt.missed';
  at: Instant;
  agentId: AgentId;
  offerId: OfferId;
}

/** Whoever has lost his desktop has the whole grace before him again. */
export interface DesktopAwaited {
  type: 'desktop.awaited';
  at: Instant;
  agentId: AgentId;
}

/**
 * One of ours calls somebody, or is called by a colleague: he takes no other call meanwhile. Told again with
 * `legId` when the leg to his phone is dialled.
 */
export interface CallingBegan {
  type: 'calling.began';
  at: Instant;
  callId: CallId;
  agentId: AgentId;
  legId: LegId | null;
}

/** They talk. */
export interface CallingJoined {
  type: 'calling.joined';
  at: Instant;
  callId: CallId;
  agentId: AgentId;
}

/** It came to no talk. */
export interface CallingEnded {
  type: 'calling.ended';
  at: Instant;
  callId: CallId;
  agentId: AgentId;
}

/** Somebody's phone is going to ring because an agent asks him; he is reserved for it, ready or not. */
export interface ColleagueAsked {
  type: 'colleague.asked';
  at: Instant;
  callId: CallId;
  agentId: AgentId;
  offerId: OfferId;
  legId: LegId;
}

/** An agent picked up: the talk counts from here (A04). */
export interface TalkStarted {
  type: 'talk.started';
  at: Instant;
  callId: CallId;
  entryId: EntryId;
  agentId: AgentId;
}

/** A talk was found alive after this app started; its agent is busy with it. */
export interface TalkRecovered {
  type: 'talk.recovered';
  at: Instant;
  callId: CallId;
  agentId: AgentId;
  legId: LegId;
  /** When he began to talk. */
  since: Instant;
}

/** Agent and caller hear each other: a conversation, which keeps a promise. */
export interface TalkJoined {
  type: 'talk.joined';
  at: Instant;
  storeId: StoreId;
  hotline: string;
  /** `''` when withheld. */
  number: string;
}

/**
 * Somebody whom an agent had on the phone in a second call is in the other call from now on; or an agent is at
 * another leg of his.
 */
export interface TalkMoved {
  type: 'talk.moved';
  at: Instant;
  callId: CallId;
  agentId: AgentId;
  to: CallId;
  /** The other leg; without it he keeps the one that he has. */
  legId?: LegId;
}

/** The talk is over; the agent's wrap-up begins. */
export interface TalkEnded {
  type: 'talk.ended';
  at: Instant;
  callId: CallId;
  agentId: AgentId;
  /** 0 means none. */
  wrapUpMs: Millis;
  /** He hung up before he and his caller heard each other: an offer that he let pass, as one that he missed. */
  inVain?: true;
}

/** A caller with a number went without a conversation: he is called back. */
export interface PromiseOwed {
  type: 'promise.owed';
  at: Instant;
  /** Set aside by the call; not used when a promise to this number stands open. */
  promiseId: PromiseId;
  callId: CallId;
  storeId: StoreId;
  hotline: string;
  queueId: QueueId;
  number: string;
  leadId: LeadId | null;
  /** See `PromiseSnapshot`. */
  ownerId?: AgentId;
  reason: PromiseSnapshot['reason'];
  /** When somebody is there again who can keep it; missing: now. */
  from?: Instant;
  /** The place in line that he keeps: his entry's. */
  place?: Instant;
  /** What he said after the tone. */
  messageId?: RecordingId;
  /** He gave this number instead of those: what was promised at them is promised here. */
  insteadOf?: readonly FormerNumber[];
  /** When the first of those was due. */
  dueAt?: Instant;
}

/** A number at which he is not called any more: for this call, or, null, whichever call it was promised for. */
export interface FormerNumber {
  number: string;
  callId: CallId | null;
}

/** A call is over for its agent, and its form is not complete: he is not ready before it is. */
export interface FormOwed {
  type: 'form.owed';
  at: Instant;
  agentId: AgentId;
  callId: CallId;
}

/** It is complete, whoever filled it in. */
export interface FormSettled {
  type: 'form.settled';
  at: Instant;
  agentId: AgentId;
  callId: CallId;
}

/** The caller gave another number, or took this one back: at it he is not called. */
export interface PromiseMoved {
  type: 'promise.moved';
  at: Instant;
  /** If it was promised for this call; null: whichever it was promised for. */
  callId: CallId | null;
  hotline: string;
  number: string;
}

/** A record of the promise that was made for this call is fsynced: he may be told that he is called at that number. */
export interface PromiseWritten {
  type: 'promise.written';
  at: Instant;
  callId: CallId;
  promiseId: PromiseId;
  number: string;
}
