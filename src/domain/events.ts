import type { TestArrived, TestOrdered } from './hotline/test-call';
import type { HotlineTested } from './hotline/test-result';
import type { AlarmRaised } from './alarm';
import type {
  AgentId,
  CallId,
  CustomerId,
  EntryId,
  LeadId,
  LegId,
  OfferId,
  PlayId,
  PromiseId,
  QueueId,
  RecordingId,
  TrunkId,
} from './ids';
import type { Plan } from './plan';
import type {
  LegAnswered,
  LegEnded,
  LegHeld,
  LegReleased,
  LegResumed,
  LegRinging,
} from './leg-events';
import type {
  CallPlaced,
  CallPreempted,
  DialRefused,
  HelpCrowded,
  HelpRefused,
  PhoneDialled,
} from './outgoing-events';
import type {
  KeyPressed,
  PhoneReachable,
  PhoneUnreachable,
  PinChecked,
  RegistrationRefused,
} from './phone-events';
import type { CallerFacts } from './queue/place';
import type {
  AttemptClaimed,
  AttemptEnded,
  AttemptIntended,
  AttemptOver,
  AttemptRefused,
  AttemptsLost,
  AttemptWanted,
  CallBackCancelled,
  PromiseSettled,
} from './promise-events';
import type { RaisedEvent } from './raised-events';
import type { Instant, Millis } from './time';
import type { TrunkUse } from './trunk/use';
import type {
  AgentSignedIn,
  AgentReadied,
  AgentUnreadied,
  AgentWrappedUp,
  AgentSignedOut,
  AgentSeated,
  AgentUnseated,
  NailedAnswered,
  NailedEnded,
  NailedRecovered,
  DesktopConnected,
  DesktopLost,
  OfferReceived,
  TalkHeld,
  TalkResumed,
  TalkMuted,
  TalkHungUp,
  TalkTransferred,
  CallPickedUp,
  ConsultBegun,
  ConsultOrdered,
  TalkParked,
  TalksJoined,
  TalkTakenOver,
  KeysPressed,
} from './agent-events';
import type { CallerBlocked } from './block/block';
import type { Contact, OpenPromise, ShownVehicle } from './lead/caller-card';
import type { FormFilled } from './form/filling';
import type { HotlineOrdered } from './hours/closure';
import type { HotlineTold } from './hours/message';
import type { CallRecovered } from './recovered-call';

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
  | HelpCrowded
  | HelpRefused
  | KeyPressed
  | PinChecked
  | CallerServed
  | TestArrived
  | TestOrdered
  | HotlineTested
  | LookupCompleted
  | LegRinging
  | LegAnswered
  | LegEnded
  | LegReleased
  | LegHeld
  | LegResumed
  | PhoneReachable
  | PhoneUnreachable
  | RegistrationRefused
  | PlayEnded
  | RecordingFinished
  | RecordingStored
  | AlarmRaised
  | TrunkCounted
  | HotlineOrdered
  | FormFilled
  | HotlineTold
  | CallerBlocked
  | AgentSignedIn
  | AgentReadied
  | AgentUnreadied
  | AgentWrappedUp
  | AgentSignedOut
  | AgentSeated
  | AgentUnseated
  | NailedAnswered
  | NailedEnded
  | NailedRecovered
  | DesktopConnected
  | DesktopLost
  | OfferReceived
  | TalkHeld
  | TalkResumed
  | TalkTransferred
  | CallPickedUp
  | TalkMuted
  | TalkHungUp
  | ConsultBegun
  | ConsultOrdered
  | TalkParked
  | TalksJoined
  | TalkTakenOver
  | KeysPressed
  | TimerFired
  | PlanApplied
  | CallRecovered
  | PromiseSettled
  | AttemptWanted
  | AttemptClaimed
  | AttemptRefused
  | AttemptIntended
  | AttemptOver
  | AttemptEnded
  | AttemptsLost
  | CallBackCancelled
  | RaisedEvent;

/** What is known of a caller's number. `unavailable` makes no lead and is repeated later. */
export type Lookup =
  | ({
      result: 'found';
      leadId?: LeadId;
      customerId?: CustomerId;
      name: string;
      /** Where the lead came from. */
      source?: string;
      ownerName?: string;
      customerType?: string;
      vehicles?: readonly ShownVehicle[];
      contacts?: readonly Contact[];
    } & CallerFacts)
  /** `shared`: by this number nobody is known, or nobody yet; not even one who called by it before. */
  | { result: 'none'; shared?: true; contacts?: readonly Contact[] }
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
  /** What he has been promised; added on the way. */
  promises?: readonly OpenPromise[];
  /** The called number, as the trunk delivered it and its rules made it. */
  to: string;
  lookup: Lookup;
  /**
   * The caller offered no audio that we could take: refused with 488 (RFC 3261 §13.3.1.3). Or no stream came free for
   * him: 503.
   */
  unusable?: 'no-media' | 'over-capacity';
  /** The stream that he has is one of those kept for a short announcement: for a talk there was none. */
  full?: true;
  /** The next callers may find all in use (trunk/crowded.ts). */
  crowded?: true;
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
  /** Null when he never was. */
  answeredAt: Instant | null;
  endedAt: Instant;
  /** He was told that he will be called back, or that he cannot be; he left before; or he was refused. */
  result: 'promised' | 'no-number' | 'left' | 'over-capacity' | 'no-media';
  lookup: Lookup;
}

/** The look-up of a caller came later than the 50 ms that an arriving call waits for it. */
export interface LookupCompleted {
  type: 'lookup.completed';
  at: Instant;
  callId: CallId;
  lookup: Lookup;
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

/** The recording's row is in PostgreSQL, linked to its call and lead where that has a row. */
export interface RecordingStored {
  type: 'recording.stored';
  at: Instant;
  callId: CallId;
  recordingId: RecordingId;
}

/** The day's figures of a trunk are others: its peak, or how long it is full. */
export interface TrunkCounted {
  type: 'trunk.counted';
  at: Instant;
  trunkId: TrunkId;
  use: TrunkUse;
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
  /** A phone that dialled a code for seats enters nothing. */
  | { kind: 'seat-code'; callId: CallId }
  /** Our end of a test call should be over. */
  | { kind: 'test-call'; callId: CallId }
  /** By the plan a hotline is tested now. */
  | { kind: 'test-due'; hotline: string }
  /** What the call waits for (a play's end, a fsync, a recording's file) should have come. */
  | { kind: 'overdue'; callId: CallId }
  /** The look-up of the caller was unavailable: time to ask once more. */
  | { kind: 'lookup-again'; callId: CallId }
  /** Nobody came for a call back that was claimed. */
  | { kind: 'attempt-lease'; callId: CallId }
  /** The phone that rang to call him back should be free for his own call. */
  | { kind: 'line-clear'; callId: CallId }
  /** A promise may have its turn. */
  | { kind: 'promise-due'; promiseId: PromiseId }
  /** The next lease of a former life ends. */
  | { kind: 'attempts-lost' }
  /** A caller was to press a key, or to have said his message. */
  | { kind: 'keys-due'; callId: CallId }
  /** A waiting caller is told how he stands. */
  | { kind: 'wait-due'; callId: CallId }
  /** Time alone makes something to be decided in the queue. */
  | { kind: 'queue-due'; queueId: QueueId }
  | { kind: 'wrap-up'; agentId: AgentId }
  | { kind: 'agent-rest'; agentId: AgentId }
  /** His desktop is gone for as long as that may be. */
  | { kind: 'desktop-grace'; agentId: AgentId }
  /** His own leg could not be made: time to try once more. */
  | { kind: 'nailed-again'; agentId: AgentId };

/** The plan was replaced as a whole; live calls keep what they had. */
export interface PlanApplied {
  type: 'plan.applied';
  at: Instant;
  plan: Plan;
}
