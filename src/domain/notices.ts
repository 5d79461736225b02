import type {
  AgentId,
  CallId,
  LeadId,
  OfferId,
  PhoneId,
  PromiseId,
  QueueId,
  RecordingId,
  StoreId,
} from './ids';
import type { AlarmCode } from './alarm';
import type { AlarmText } from './alarm-catalogue';
import type { HotlineTest } from './hotline/test-result';
import type { ParkSlot } from './call/call';
import type { EndCause } from './end-cause';
import type { RefusalCode } from './errors';
import type { FormView } from './form/form';
import type { PhoneLossReason } from './agent/phone-loss';
import type {
  AgentIntent,
  CallSnapshot,
  HotlineMessage,
  HotlineSnapshot,
  PromiseReason,
  PromiseSnapshot,
} from './records';
import type { ExpectationView } from './queue/expect';
import type { CallerCard, OpenPromise } from './lead/caller-card';
import type { OfferReason } from './queue/reason';
import type { ReadOnly } from './read-only';
import type { Instant } from './time';

/**
 * What desktops may be told of. A notice is said once by the domain; push/project.ts alone decides
 * who sees which part of it.
 */
export type Notice =
  | { kind: 'offer.created'; offer: OfferView }
  /** Nothing may be changed any more; null: everything may again. */
  | { kind: 'read-only.updated'; readOnly: ReadOnly | null }
  | {
      kind: 'offer.withdrawn';
      offerId: OfferId;
      agentId: AgentId;
      reason: 'answered' | 'missed' | 'refused' | 'caller-left' | 'taken';
      /** What the phone refused with: `busy`, `declined`, `unavailable` …; null where it did not refuse. */
      cause: EndCause | null;
    }
  | { kind: 'alarm.raised'; alarm: AlarmView }
  | { kind: 'call.updated'; call: CallSnapshot }
  /** Who is calling became known late; for those who have him on their screens. */
  | {
      kind: 'caller.updated';
      agentIds: readonly AgentId[];
      caller: CallerView & { callId: CallId };
    }
  /** The third party of a consultation is gone: it did not come, or hung up. For the agent who asked. */
  /** `code`: why there is nobody to ask any more, in the words of a refusal. */
  | { kind: 'consult.ended'; callId: CallId; agentId: AgentId; cause: EndCause; code?: RefusalCode }
  | { kind: 'call.parked'; parked: ParkedView }
  | { kind: 'call.unparked'; parked: ParkedView; reason: 'retrieved' | 'expired' | 'ended' }
  | { kind: 'agent.updated'; agent: AgentView }
  | { kind: 'queue.updated'; queue: QueueView }
  | { kind: 'hotline.updated'; hotline: HotlineView }
  | {
      kind: 'recording.stored';
      recordingId: RecordingId;
      callId: CallId;
      agentId: AgentId | null;
      storeId: StoreId | null;
    }
  | { kind: 'promise.updated'; promise: PromiseSnapshot & { id: PromiseId } }
  | { kind: 'form.updated'; form: FormView };

/** What somebody has to see to at once. */
export interface AlarmView extends AlarmText {
  code: AlarmCode;
  /** Who or what it concerns, as the log has it. */
  detail: string;
  /** Null: it concerns the whole installation. */
  storeId: StoreId | null;
  at: Instant;
}

/** Who is calling, as the agent of his call is shown him. */
export interface CallerView extends CallerCard {
  /** How the caller was found; `none` opened the empty lead named by `leadId` (A19). */
  lookup: 'found' | 'none' | 'unavailable';
  name: string;
  leadId: LeadId | null;
  customerId: string | null;
  /** What he had been promised when the call came. */
  promises: readonly OpenPromise[];
}

/** The screen pop: everything an agent sees of a caller before the phone rings. */
export interface OfferView extends CallerView {
  offerId: OfferId;
  callId: CallId;
  agentId: AgentId;
  storeId: StoreId;
  storeName: string;
  queueId: QueueId;
  hotline: string;
  from: string;
  waitingSince: Instant;
  offeredAt: Instant;
  /** No desktop of his was there when it was made. */
  noPop?: true;
  /** Why he; absent of a consultation. */
  why?: OfferReason;
  /** Nobody is on the phone: he is called once the agent has picked up, because that was promised. */
  callBack?: {
    promiseId: PromiseId;
    reason: PromiseReason;
    promisedAt: Instant;
    dueAt: Instant;
    /** So many times in vain before. */
    tries: number;
  };
  /** The colleague who asks, or sends the caller; absent when it is the queue's turn. */
  askedBy?: { agentId: AgentId; name: string };
}

/** A slot that is taken: who stands in it, and until when. */
export interface ParkedView {
  slot: ParkSlot;
  storeId: StoreId;
  callId: CallId;
  queueId: QueueId;
  /** The customer's number, whoever called whom; `''` when withheld. */
  from: string;
  /** Of the caller; `''` when nobody knows it. */
  name: string;
  parkedBy: AgentId;
  since: Instant;
  /** Then he is offered to who parked him, and to his queue. */
  until: Instant;
}

export type AgentActivityName = 'idle' | 'reserved' | 'calling' | 'talking' | 'wrap-up';

export interface AgentView {
  id: AgentId;
  name: string;
  storeId: StoreId;
  intent: AgentIntent;
  activity: AgentActivityName;
  callId: CallId | null;
  /** False while none of the agent's phones can be rung. */
  reachable: boolean;
  /** Why not, since when (null: he never had one), and in words; null while he can be rung. */
  unreachable: {
    reason: PhoneLossReason | 'no-phone' | 'not-nailed-up';
    since: Instant | null;
    zh: string;
    en: string;
  } | null;
  /** His own leg, where a phone of his is nailed up: calls come over it while it is `up`. In words as well. */
  nailed: {
    state: 'down' | 'dialled' | 'waits' | 'up';
    since: Instant;
    zh: string;
    en: string;
  } | null;
  /**
   * His desktop. `lost`: callers are still offered to his phone, without a pop, until the grace is over. `answers`: a
   * ring waits for its receipt; false after it left two out.
   */
  desktop: { state: 'none' | 'open' | 'lost'; since: Instant | null; answers: boolean };
  /** Why he is not ready, in words; null while he is, and for a reason that he gave himself. */
  reasonText: { zh: string; en: string } | null;
  /** The phone where he has signed in and is called; null: at his own. */
  seat: PhoneId | null;
  /** Calls whose forms he owes; missing: none. */
  openForms?: CallId[];
  since: Instant;
}

/** Whether a hotline takes calls now; one that is closed takes promises. */
export interface HotlineView {
  number: string;
  storeId: StoreId;
  queueId: QueueId;
  open: boolean;
  /** Why it is closed; null while it is open. */
  why: 'after-hours' | 'holiday' | 'closure' | null;
  /** When it opens next; null while it is open, and when nobody can say. */
  opensAt: Instant | null;
  /** Who closed it by command, if that is why. */
  closure: HotlineSnapshot['closure'];
  /** What the last call came to by which we tested it; null before the first. */
  test: HotlineTest | null;
  /** What its callers hear before the greeting. */
  message: HotlineMessage | null;
}

export interface QueueView {
  id: QueueId;
  storeId: StoreId;
  /** Callers on the phone. */
  waiting: number;
  /** Who stand in the same line and are called back in their turn. */
  callBacks: number;
  /** Agents who wait in the same line for somebody to ask, their customers on hold. */
  consultations: number;
  offered: number;
  ready: number;
  signedIn: number;
  longestWaitSince: Instant | null;
  /** How good what callers are told of their wait is. */
  told: ExpectationView;
}
