import type { AlarmCode } from './alarm';
import type { BudgetChange } from './dial/kept-budget';
import type { EndCause, FarSide } from './end-cause';
import type { RecordingFile } from './events';
import type { FormSnapshot } from './form/form';
import type {
  AgentId,
  AttemptId,
  CallId,
  CustomerId,
  EntryId,
  FollowUpId,
  LeadId,
  LegId,
  OfferId,
  PhoneId,
  PromiseId,
  QueueId,
  RecordingId,
  StoreId,
  TrunkId,
} from './ids';
import type { Came, Expected } from './queue/expect';
import type { OfferReason } from './queue/reason';
import type { AcknowledgementSnapshot } from './sign-in/acknowledgement';
import type { ApiTokenSnapshot } from './sign-in/api-token';
import type { CredentialSnapshot, FactorSnapshot, SessionSnapshot } from './sign-in/snapshots';
import type { Instant } from './time';
import type { TrunkUse } from './trunk/use';

/**
 * What the domain wants kept. Each record is a whole snapshot of its subject, so that replaying a
 * record twice, or only the newest of several, leaves the same row.
 */
export type JournalRecord =
  /** `unknown`: of one that is over, and of whose caller nobody could say who he is. */
  | { kind: 'call.saved'; call: CallSnapshot; unknown?: UnknownCaller }
  | { kind: 'leg.saved'; leg: LegSnapshot }
  | { kind: 'entry.saved'; entry: EntrySnapshot }
  | { kind: 'offer.saved'; offer: OfferSnapshot }
  | { kind: 'wait.saved'; wait: WaitSnapshot }
  | { kind: 'rating.saved'; rating: RatingSnapshot }
  /** A call that ended while no app was there: whatever of its legs and places stands open ends with it. */
  | { kind: 'call.swept'; callId: CallId; endedAt: Instant; endCause: EndCause }
  /** This app began: consultations that waited in a line for the one before wait no more. */
  | { kind: 'consults.swept'; endedAt: Instant }
  | { kind: 'lead.opened'; lead: NewLead }
  | { kind: 'number.confirmed'; number: ConfirmedNumber }
  | { kind: 'promise.saved'; promise: PromiseSnapshot }
  | { kind: 'attempt.saved'; attempt: AttemptSnapshot }
  /** What was answered of a call, and what is owed after it. */
  | { kind: 'form.saved'; form: FormSnapshot }
  | { kind: 'follow-up.done'; followUpId: FollowUpId; by: AgentId; at: Instant }
  | { kind: 'recording.saved'; recording: RecordingSnapshot }
  | { kind: 'agent.saved'; agent: AgentSnapshot }
  /** What calls that people place have used of what may be dialled. */
  | { kind: 'dial.counted'; change: BudgetChange }
  /** How full a trunk is and was today. */
  | { kind: 'trunk.saved'; trunkId: TrunkId; use: TrunkUse }
  | { kind: 'hotline.saved'; hotline: HotlineSnapshot }
  | { kind: 'block.saved'; block: BlockSnapshot }
  | { kind: 'session.saved'; session: SessionSnapshot }
  | { kind: 'credential.saved'; credential: CredentialSnapshot }
  | { kind: 'factor.saved'; factor: FactorSnapshot }
  | { kind: 'token.saved'; token: ApiTokenSnapshot }
  | { kind: 'acknowledgement.saved'; acknowledgement: AcknowledgementSnapshot }
  | { kind: 'alarm.raised'; code: AlarmCode; detail: string; storeId?: StoreId }
  | { kind: 'audit.noted'; who: string; what: string; subject: string };

/** A record as it stands in the journal: `id` makes its replay idempotent. */
export interface JournalEntry {
  id: string;
  at: Instant;
  record: JournalRecord;
}

/**
 * How a call ended; exactly one per closed call, and how a hotline call counts in the ledger. `unanswered`: a
 * call of ours that came to no talk, whoever gave it up; its end cause says why.
 */
export type CallOutcome =
  | 'talk'
  | 'promise'
  | 'left'
  | 'no-number'
  | 'blocked'
  | 'refused'
  | 'over-capacity'
  | 'broken'
  | 'unanswered';

/** Who called whom: a customer us, we somebody outside, or one of us another. */
export type CallDirection = 'inbound' | 'outbound' | 'internal';

export type CallStateName =
  | 'routing'
  | 'queued'
  | 'offered'
  /** A call of ours: phones ring, nobody talks yet. */
  | 'calling'
  | 'talking'
  | 'held'
  /** The agent asks somebody, and the customer waits for it. */
  | 'consulting'
  /** The agent has gone, and the phone or number that is to take the customer rings. */
  | 'transferring'
  /** The customer talks with an outside number. */
  | 'forwarded'
  | 'parked'
  /** The agent has gone, and the caller is asked how it was. */
  | 'rating'
  | 'announcing'
  | 'wrapping-up'
  | 'closed';

/** What a caller said to the menu of his hotline that he calls for, or by silence. */
export type MenuChoice = 'sales' | 'after-sales' | 'complaint';

export interface CallSnapshot {
  id: CallId;
  direction: CallDirection;
  state: CallStateName;
  storeId: StoreId | null;
  queueId: QueueId | null;
  hotline: string;
  /** Of an outbound call the first that may carry it; `''` of an internal one. */
  trunkId: TrunkId;
  /** Of an outbound call the number of ours that is shown, of an internal one the caller's phone. */
  from: string;
  /** Of an outbound call the customer's number. */
  to: string;
  leadId: LeadId | null;
  customerId: CustomerId | null;
  agentId: AgentId | null;
  /** Milestones; reports are arithmetic over these. */
  arrivedAt: Instant;
  /** First offer to an agent. */
  offeredAt: Instant | null;
  /** Our 200 to the caller; of an outbound call the customer's 200. */
  answeredAt: Instant | null;
  /** The agent's pick-up, of an outbound call the customer's: talk and recording count from here (A04). */
  talkStartedAt: Instant | null;
  bridgedAt: Instant | null;
  /** The first pick-up, whoever talks now; missing before. */
  firstTalkAt?: Instant;
  endedAt: Instant | null;
  outcome: CallOutcome | null;
  endCause: EndCause | null;
  /** Missing where he was not asked, or has not answered. */
  menu?: MenuChoice;
  /** While it is `consulting` or `transferring`; live only, in no table. */
  consult?: ConsultSnapshot;
  /** Of an internal call who stands at the other end; live only. */
  colleagueId?: AgentId;
  /** No desktop showed the caller to its agent, or while it is offered to one of those, before the phone rang. */
  noPop?: true;
  /** Its agent is muted: nobody hears him; live only, too. */
  muted?: true;
}

/** By which number it is to be found who he is, and the id of the lead that he opens if nobody is known by it. */
export interface UnknownCaller {
  number: string;
  leadId: LeadId;
}

/** Whom the agent of a call asks: a person of ours, an outside number, or whoever of a queue gets free. */
export interface ConsultSnapshot {
  agentId: AgentId | null;
  number: string | null;
  /** While nobody of it is free for him: the queue in whose line he waits. */
  queueId?: QueueId;
  answered: boolean;
  /** Whom the agent talks with. */
  hears: 'third' | 'customer' | 'all';
}

/** Who is at the far side: who called us, somebody of ours, or an outside number that we dialled. */
export type LegRole = 'caller' | 'agent' | 'outside';

export interface LegSnapshot {
  id: LegId;
  callId: CallId;
  role: LegRole;
  agentId: AgentId | null;
  startedAt: Instant;
  ringingAt: Instant | null;
  answeredAt: Instant | null;
  endedAt: Instant | null;
  endCause: EndCause | null;
  /** Missing where nothing of it is known. */
  far?: FarSide;
}

export interface EntrySnapshot {
  id: EntryId;
  callId: CallId;
  queueId: QueueId;
  /** It is a consultation's, that of this agent; missing: its caller's. */
  askedBy?: AgentId;
  joinedAt: Instant;
  endedAt: Instant | null;
  outcome: 'connected' | 'abandoned' | 'overflowed' | 'promised' | 'closed' | null;
}

/** What a caller said of a talk when it was over. */
export interface RatingSnapshot {
  callId: CallId;
  agentId: AgentId;
  storeId: StoreId;
  queueId: QueueId;
  /** When the talk was over. */
  at: Instant;
  /** 1 to 5, 5 being the best. */
  score: number;
  /** Null: he did not say. */
  settled: boolean | null;
}

/** How long a wait was expected to be, at one moment of it, and what came. */
export interface WaitSnapshot {
  callId: CallId;
  entryId: EntryId;
  queueId: QueueId;
  /** Its moment and its entry name it. */
  expected: Expected;
  /** Null while he waits. */
  came: Came | null;
}

/** A call held out to an agent. What came of it, his leg tells; it has none when his phone was never rung. */
export interface OfferSnapshot {
  id: OfferId;
  callId: CallId;
  entryId: EntryId;
  agentId: AgentId;
  legId: LegId;
  queueId: QueueId;
  offeredAt: Instant;
  why: OfferReason;
  /** No desktop of the agent was there to show him who calls. */
  noPop?: true;
}

/** An empty lead with the number filled in (A19). */
export interface NewLead {
  id: LeadId;
  storeId: StoreId;
  number: string;
  /** By which direction of a call he became known. */
  source: 'inbound' | 'outbound';
  openedByCall: CallId;
  openedAt: Instant;
}

/** A number that is not a mobile one, and whose own line an agent says it is. */
export interface ConfirmedNumber {
  storeId: StoreId;
  number: string;
  /** Null: nobody's any more. */
  leadId: LeadId | null;
  by: AgentId;
}

/**
 * Nobody was there, he left by himself, the hotline was closed, he asked for it instead of waiting, or there was no
 * stream of media left to let him wait.
 */
export type PromiseReason =
  | 'nobody-signed-in'
  /** He would have waited too long. */
  | 'hopeless'
  | 'abandoned'
  | 'closed'
  | 'asked'
  | 'over-capacity';

export interface PromiseSnapshot {
  id: PromiseId;
  storeId: StoreId;
  hotline: string;
  queueId: QueueId;
  number: string;
  callId: CallId;
  leadId: LeadId | null;
  /** Whose lead or customer he is, of the store's people; missing: nobody's, or not known yet. */
  ownerId?: AgentId;
  /**
   * `claimed`: he is being called back; `kept` by a conversation, `late` when that came after `dueAt`; `withdrawn`:
   * somebody has decided that there will be none.
   */
  state: 'open' | 'claimed' | 'kept' | 'late' | 'withdrawn';
  reason: PromiseReason;
  dueAt: Instant;
  openedAt: Instant;
  /** The place in line that he keeps; missing: none, he is called when it is due. */
  place?: Instant;
  /** What he said after the tone. */
  messageId?: RecordingId;
  /** So many times he was called in vain; missing: never. */
  tries?: number;
  /** He is not called before. */
  notBefore?: Instant;
  /** Why no call leaves by itself and a person has to see to it; missing: one does. */
  task?: PromiseTask;
  /** While it is claimed. */
  attemptId?: AttemptId;
  endedAt?: Instant;
  /** Who said that it is over, and why; missing of one that a talk has kept. */
  endedBy?: string;
  endReason?: string;
}

/**
 * Numbers that are never dialled by themselves: ours, short and service ones (95588, 400…), those that cost more or
 * are abroad, what is no number; `no-trunk`: nothing of the store's carries it; `no-queue`: none of
 * its hotlines has a queue whose agents could be rung; `by-hand`: the plan wants a person to call; `tried`: he did not
 * answer.
 */
export type PromiseTask =
  | 'own'
  | 'short'
  | 'premium'
  | 'foreign'
  | 'undialable'
  | 'no-trunk'
  | 'no-queue'
  | 'by-hand'
  | 'tried';

/** What a call that nobody of ours asked for is made for. */
export interface AttemptSubject {
  kind: 'promise';
  id: PromiseId;
}

/**
 * How an attempt ended: they talked; the customer was not reached, and why; the agent hung up before, or none was
 * there; the customer rang himself; somebody decided otherwise; the app fell, and what became of it is not known.
 */
export type AttemptOutcome =
  | 'talk'
  | 'no-answer'
  | 'busy'
  | 'declined'
  | 'unreachable'
  | 'no-channel'
  | 'agent-left'
  | 'no-agent'
  | 'crossed'
  | 'withdrawn'
  | 'lost'
  | 'broken';

/** One attempt to reach somebody, from its claim to its outcome. */
export interface AttemptSnapshot {
  id: AttemptId;
  subject: AttemptSubject;
  storeId: StoreId;
  number: string;
  callId: CallId;
  agentId: AgentId | null;
  state: 'claimed' | 'dialling' | 'ringing' | 'answered' | 'connected' | 'done';
  claimedAt: Instant;
  /** Until then it is this app's; an open one beyond it has been lost. */
  leaseUntil: Instant;
  /** When the intent was committed: from then on the INVITE may have left. */
  dialledAt: Instant | null;
  ringingAt: Instant | null;
  answeredAt: Instant | null;
  connectedAt: Instant | null;
  endedAt: Instant | null;
  outcome: AttemptOutcome | null;
}

export interface RecordingSnapshot {
  id: RecordingId;
  callId: CallId;
  leadId: LeadId | null;
  agentId: AgentId | null;
  storeId: StoreId | null;
  file: RecordingFile;
}

/** A caller of whom the store takes no calls; one that is over stays, so that it is known who was blocked. */
export interface BlockSnapshot {
  storeId: StoreId;
  number: string;
  reason: string;
  by: string;
  since: Instant;
  /** Null: until it is lifted. */
  until: Instant | null;
}

/** What was ordered for a hotline beside the plan; an order of the plan does not touch it. */
export interface HotlineSnapshot {
  /** Its number. */
  number: string;
  /** Null while it is not closed by command; without `until` somebody has to open it. */
  closure: { since: Instant; until: Instant | null; by: string } | null;
  /** What its callers hear before the greeting; missing: nothing. */
  message?: HotlineMessage;
}

/** One of our prompts, or of the store's own, until a moment or until somebody ends it. */
export interface HotlineMessage {
  prompt: string;
  since: Instant;
  until: Instant | null;
  by: string;
}

export interface AgentSnapshot {
  id: AgentId;
  intent: AgentIntent;
  since: Instant;
  /** The phone where he has signed in, if it is none of his own. */
  seat?: PhoneId;
  /** He has a desktop, or had one within the grace. */
  desktop?: true;
  /** The paperwork that he is busy with, until it ends at the latest; it counts no more when that has passed. */
  wrapUp?: { callId: CallId; since: Instant; until: Instant };
}

export type AgentIntent =
  { is: 'logged-out' } | { is: 'not-ready'; reason: string } | { is: 'ready' };
