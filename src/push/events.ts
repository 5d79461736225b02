/**
 * The frames of `WS /api/push?since=N`: the one typed map, from which the push documentation is
 * made. Every frame from the server is one JSON text `{seq, type, at, data}`.
 *
 * `seq` grows with every notice of the centre, also with those a client may not see, so a client
 * sees numbers rise but not without gaps; what is gapless is the *stream of what he may see*:
 * reconnecting with `since` = the last `seq` seen brings every later frame once, in order, or, when
 * that is too long ago, a new `snapshot`, which replaces all the client knows. Numbers grow across
 * restarts of the server too. `at` is in milliseconds since 1970-01-01T00:00:00Z.
 */
import type { EndCause } from '../domain/end-cause';
import type { RefusalCode } from '../domain/errors';
import type { FormView } from '../domain/form/form';
import type {
  AgentId,
  CallId,
  OfferId,
  PromiseId,
  QueueId,
  RecordingId,
  StoreId,
} from '../domain/ids';
import type {
  AgentView,
  AlarmView,
  CallerView,
  HotlineView,
  Notice,
  OfferView,
  ParkedView,
  QueueView,
} from '../domain/notices';
import type { Post } from '../domain/plan';
import type { CallSnapshot, PromiseSnapshot } from '../domain/records';
import type { ReadOnly } from '../domain/read-only';
import type { Instant } from '../domain/time';

/** What each type of frame carries in `data`. */
export interface PushData {
  /** All that the client may see, as of `seq`. First frame unless `since` could be resumed. */
  snapshot: Snapshot;
  /** The screen pop: a call is about to ring at this agent. Answer with `offer.received`. */
  'offer.created': OfferView;
  /** The offer is over; take the screen pop down unless it was answered. */
  'offer.withdrawn': OfferWithdrawn;
  /** Somebody has to see to it at once: a call for help, a database that is away; for overseers. */
  'alarm.raised': AlarmView;
  /** Nothing may be changed any more, why and since when, or everything may again; for everybody. */
  'read-only.updated': { readOnly: ReadOnly | null };
  /** The call as it stands now, whole; what it replaces can be dropped. */
  'call.updated': CallSnapshot;
  /** Who is calling came later than the offer: fill the pop of that call, or of its talk. */
  'caller.updated': CallerView & { callId: CallId };
  /** Whom this agent asked is gone: busy, did not answer, hung up, nobody of the queue is there … The customer is his again. */
  'consult.ended': ConsultEnded;
  /** A caller stands in a slot of the store; whoever can may take him out. */
  'call.parked': ParkedView;
  /** The slot is free again. */
  'call.unparked': Unparked;
  /** An agent's intent, activity or reach changed. */
  'agent.updated': AgentView;
  /** Counts of a queue changed; at most four times a second, as they stand then. */
  'queue.updated': QueueView;
  /** Somebody closed a hotline by command, or opened it. Hours that begin or end are told by no frame. */
  'hotline.updated': HotlineView;
  /** The recording can be listened to; only for posts that may hear it (A15). */
  'recording.stored': RecordingStored;
  /** The form of a call: begun, filled in, corrected, or moved with its call to who has it now. */
  'form.updated': FormView;
  /** A promise was opened, claimed, kept or withdrawn; for those who serve its queue, the owner of its lead and overseers. */
  'promise.updated': PromiseSnapshot & { id: PromiseId };
}

export type PushType = keyof PushData;

/** One frame from the server. */
export type PushFrame<T extends PushType = PushType> = {
  [K in T]: { seq: number; type: K; at: Instant; data: PushData[K] };
}[T];

/** What a notice becomes before the hub gives it its number: a frame without `seq` and `at`. */
export type PushPayload<T extends PushType = PushType> = {
  [K in T]: { type: K; data: PushData[K] };
}[T];

export interface OfferWithdrawn {
  offerId: OfferId;
  /** `missed`: nobody picked up in time. `taken`: a colleague has the caller. */
  reason: Extract<Notice, { kind: 'offer.withdrawn' }>['reason'];
  /** What the phone refused with; null where it did not refuse. */
  cause: EndCause | null;
}

export interface ConsultEnded {
  /** The call of the agent who asked. */
  callId: CallId;
  /** How the call to the one whom he asked ended. */
  cause: EndCause;
  /** Why there is nobody to ask any more, where that is known: a code of the catalogue with its texts. */
  problem?: { code: RefusalCode; message: { 'zh-CN': string; en: string } };
}

export interface Unparked {
  slot: ParkedView['slot'];
  callId: CallId;
  /** `retrieved`: somebody took him out. `expired`: he is offered again. `ended`: he hung up. */
  reason: Extract<Notice, { kind: 'call.unparked' }>['reason'];
}

export interface RecordingStored {
  recordingId: RecordingId;
  callId: CallId;
}

export interface Snapshot {
  /** The person himself, as the plan has him now. */
  me: {
    id: AgentId;
    name: string;
    /** The first of `posts`. */
    post: Post;
    /** All that he holds, and in which stores. */
    posts: { post: Post; stores: StoreId[] }[];
    /** Where he works. */
    store: StoreId;
    queues: QueueId[];
  };
  /** Himself; of the stores that he oversees everybody. */
  agents: AgentView[];
  /** Those he serves; of the stores that he oversees all. */
  queues: QueueView[];
  /** Of the own stores. */
  hotlines: HotlineView[];
  /** His own; of the stores that he oversees all that go on. */
  calls: CallSnapshot[];
  /** Who stands in the slots of the own stores. */
  parked: ParkedView[];
  /** Offers standing open for the person himself. */
  offers: OfferView[];
  /** With whom he talks, or who waits for him: what their pops had. */
  callers: (CallerView & { callId: CallId })[];
  /**
   * Forms of his that are not complete, of the talk that goes on (`endedAt` null) and of calls that are over. Each change
   * comes as `form.updated`: one that is `complete`, or another agent's, is none of these any more. Not those that fall to
   * him as the owner of a lead: `GET /api/calls?unclassified=true` has them, too.
   */
  forms: FormView[];
  /**
   * Calls of the stores that he oversees that are over and unclassified; of others none. As many as stand in his work list.
   * `form.updated` adds one (`unclassified`, `endedAt` given), or takes it away (`complete`).
   */
  unclassified: CallId[];
  /** Those that are not over: of the queues he serves and of leads he owns; of the stores that he oversees all. */
  promises: PromiseSnapshot[];
  /** Nothing may be changed, why and since when; null: everything may. */
  readOnly: ReadOnly | null;
}

/**
 * What a client may send, one JSON text of at most 4 KB each. `offer.received` is the desktop's
 * receipt: it shows the offer, and the phone may ring.
 */
export type ClientFrame = { type: 'offer.received'; offerId: OfferId };

/** The frame in a client's text, or null when it is none of ours. */
export function readClientFrame(text: string): ClientFrame | null {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof frame !== 'object' || frame === null) return null;
  const { type, offerId } = frame as Record<string, unknown>;
  if (type !== 'offer.received' || typeof offerId !== 'string') return null;
  return offerId.length > 0 && offerId.length <= 64 ? { type, offerId } : null;
}
