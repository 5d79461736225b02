/** Facts that agents bring about, at their desks and by their phones; a part of `DomainEvent`. */
import type { AgentPhone } from './agent/agent';
import type { DialTarget } from './effects';
import type { EndCause } from './end-cause';
import type {
  AgentId,
  CallId,
  DesktopId,
  EntryId,
  LegId,
  OfferId,
  PhoneId,
  RecordingId,
} from './ids';
import type { Asked, ParkSlot } from './call/call';
import type { Route } from './call/routing';
import type { OfferMade } from './raised-events';
import type { Instant, Millis } from './time';

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
  /** By a code of his phone: he has no desktop. */
  byPhone?: true;
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
  /** Who freed the seat, himself or somebody who oversees; missing where he sat down elsewhere. */
  by?: AgentId;
}

/** The phone that is nailed up picked up: the leg is the agent's own from now on. */
export interface NailedAnswered {
  type: 'nailed.answered';
  at: Instant;
  agentId: AgentId;
  phoneId: PhoneId;
}

/** The agent's own leg is over, by nobody's order here; `stood`: it had been answered. */
export interface NailedEnded {
  type: 'nailed.ended';
  at: Instant;
  agentId: AgentId;
  cause: EndCause;
  stood: boolean;
}

/** The agent's own leg was found alive after a restart. */
export interface NailedRecovered {
  type: 'nailed.recovered';
  at: Instant;
  agentId: AgentId;
  phoneId: PhoneId;
}

/** A page of a person, agent or not, is connected: it is shown what concerns him. */
export interface DesktopConnected {
  type: 'desktop.connected';
  at: Instant;
  agentId: AgentId;
  desktopId: DesktopId;
}

/** It is connected no more: closed, cut off, or silent for too long. */
export interface DesktopLost {
  type: 'desktop.lost';
  at: Instant;
  agentId: AgentId;
  desktopId: DesktopId;
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

/** One of ours in a call hung up at his desk. */
export interface TalkHungUp {
  type: 'talk.hung-up';
  at: Instant;
  callId: CallId;
  agentId: AgentId;
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
    'offerId' | 'agentId' | 'legId' | 'recordingId' | 'phoneId' | 'awaitsReceipt' | 'noPop'
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
    | 'offerId'
    | 'agentId'
    | 'legId'
    | 'recordingId'
    | 'phoneId'
    | 'awaitsReceipt'
    | 'noPop'
    | 'isHere'
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
  to: Asked['to'];
  /** See `Asked`. */
  line?: Asked['line'];
  /** The number of ours that is shown to an outside number. */
  shown?: string;
  blind: boolean;
  /** `''` like the leg's while it is not known who is rung. */
  offerId: OfferId;
  legId: LegId;
  recordings: { consult: RecordingId; talk: RecordingId };
  entryId: EntryId;
  /** The call's from now on, where it had no queue. */
  route?: Route;
  /** The call's once the third party takes the customer, where it is of another store. */
  takerRoute?: Route;
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

/** The agent of a talk goes on with it at another phone, whose leg is answered. */
export interface TalkTakenOver {
  type: 'talk.taken-over';
  at: Instant;
  callId: CallId;
  agentId: AgentId;
  /** The leg that he leaves. */
  from: LegId;
  legId: LegId;
  recordingId: RecordingId;
}

/** The agent of two talks joined their far sides, by his phone. */
export interface TalksJoined {
  type: 'talks.joined';
  at: Instant;
  agentId: AgentId;
  /** The call that goes on. */
  callId: CallId;
  /** The one that ends. */
  otherId: CallId;
  /** Its far side, which comes over. */
  far: { legId: LegId; to: DialTarget };
  /** It has put us on hold. */
  isHolding: boolean;
  /** Of the talk that begins. */
  recordingId: RecordingId;
  /** The call's from now on, where its far side is a person of another store; and the place there. */
  taken?: { route: Route; entryId: EntryId };
}

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
