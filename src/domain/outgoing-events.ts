/** What is told of calls that people of ours place: asked for, placed or refused, and help among them. */
import type { Outgoing } from './call/call';
import type { Route } from './call/routing';
import type { FarSide } from './end-cause';
import type { RefusalCode } from './errors';
import type {
  AgentId,
  CallId,
  EntryId,
  LeadId,
  LegId,
  PhoneId,
  PromiseId,
  RecordingId,
  TrunkId,
} from './ids';
import type { DialClass } from './plan';
import type { Instant } from './time';

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
  unusable?: 'no-media' | 'over-capacity';
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
  ids: Pick<OutgoingIds, 'entryId' | 'leadId' | 'promiseId'>;
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

/** A call that we placed makes room for one for help. */
export interface CallPreempted {
  type: 'call.preempted';
  at: Instant;
  callId: CallId;
}

/** A call for help is about to leave by a trunk of which all channels are in use. */
export interface HelpCrowded {
  type: 'help.crowded';
  at: Instant;
  /** The call for help. */
  callId: CallId;
  trunkId: TrunkId;
  /** Who takes the channels. */
  legIds: LegId[];
}

/** A gateway did not carry a call for help, and the next one is tried, as long as there is one. */
export interface HelpRefused {
  type: 'help.refused';
  at: Instant;
  callId: CallId;
  legId: LegId;
  trunkId: TrunkId;
  /** Its SIP URI. */
  gateway: string;
  /** What it said. */
  far?: FarSide;
  /** Where it said nothing. */
  reason: string;
}
