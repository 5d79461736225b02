import type { DialogueNote, EarlierTalk, LegNote } from './effects';
import type {
  AgentId,
  CallId,
  CustomerId,
  EntryId,
  LeadId,
  LegId,
  PromiseId,
  RecordingId,
  TrunkId,
} from './ids';
import type { OpenPromise } from './lead/caller-card';
import type { CallerFacts } from './queue/place';
import type { CallDirection, MenuChoice } from './records';
import type { Instant } from './time';
import type { ParkedNote } from './agent-events';
import type { Route } from './call/routing';

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
  firstTalkAt?: Instant;
  leadId?: LeadId;
  customerId?: CustomerId;
  callerName: string;
  /** What his place in a line depends on. */
  standing?: CallerFacts;
  /** What he said that he calls for. */
  menu?: MenuChoice;
  /** The agent of a talk that has started. */
  agentId?: AgentId;
  offeredAt?: Instant;
  /** What he has been promised; added on the way. */
  promises?: readonly OpenPromise[];
  /** Of its talk. */
  noPop?: true;
  bridgedAt?: Instant;
  ids: { entryId: EntryId; leadId: LeadId; promiseId: PromiseId };
  /** The caller was not answered: his INVITE is delivered again, and he hears that it rings. */
  arriving?: true;
  /** A call of ours for help. */
  emergency?: true;
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
    /** The call's once he takes the customer, as the plan has it today. */
    takerRoute?: Route;
    /** The consultation's file is being written. */
    recording: boolean;
    /** Else its recording from now on, because the name of the one before is taken. */
    spareRecordingId: RecordingId;
  };
  /** Present while the dialog of an outside number lives to which the caller was sent. */
  outsideLeg?: { legId: LegId } & NonNullable<LegNote['forwarded']>;
  /** What the edge records of it now. */
  recordingId?: RecordingId;
  /** Of a talk that is recorded no more: its recording from now on. */
  spareRecordingId: RecordingId;
  /** The caller's dialog, or the agent's, ended while no app was there. */
  partyGone?: true;
  /** The edge at which it stood is no more: whoever is not there has not hung up. */
  edgeFell?: true;
  bridged: boolean;
  /** The agent had put the customer on hold at his desk. */
  heldAtDesk?: true;
  /** He had asked somebody who was still rung, and with this app's fall is rung no more. */
  askedInVain?: true;
  /** He was asked or told something, and has no partner. */
  dialogue?: DialogueNote;
  /** He was laid aside. */
  parked?: ParkedNote;
  /** Legs whose far sides listen no more, as the edge has it. */
  holding?: readonly LegId[];
  /** Legs of people of ours who are muted. */
  muted?: readonly LegId[];
  /** Talks before this one, the latest of them. */
  earlier?: readonly EarlierTalk[];
}
