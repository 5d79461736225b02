import type { ParkSlot } from '../domain/call/call';
import type { CallWish } from '../domain/dial/may-call';
import type { ConsultTarget } from '../domain/call/consult-request';
import type { TransferTarget } from '../domain/call/transfer';
import type { Effect, LegNote } from '../domain/effects';
import type { EndCause } from '../domain/end-cause';
import type { FormSnapshot } from '../domain/form/form';
import type { FormFault, RawAnswers } from '../domain/form/reading';
import type { ConsultOrder } from '../domain/agent-events';
import type { DomainEvent, Lookup, Timer } from '../domain/events';
import type {
  AgentId,
  AttemptId,
  CallId,
  DesktopId,
  LegId,
  OfferId,
  PhoneId,
  PromiseId,
  RecordingId,
  StoreId,
} from '../domain/ids';
import type {
  AgentView,
  CallerView,
  HotlineView,
  Notice,
  OfferView,
  ParkedView,
  QueueView,
} from '../domain/notices';
import type { RefusalCode } from '../domain/errors';
import type { Plan } from '../domain/plan';
import type { OpenLink } from '../domain/recording/unlinked';
import type {
  AttemptSnapshot,
  BlockSnapshot,
  CallSnapshot,
  JournalRecord,
  PromiseSnapshot,
} from '../domain/records';
import type { Instant } from '../domain/time';

/** The one way in: every edge hands its facts to the engine through this function. */
export type Submit = (event: DomainEvent) => void;

type EffectOf<T extends Effect['type']> = Extract<Effect, { type: T }>;
export type DialCommand = EffectOf<'leg.dial'>;
export type PlayCommand = EffectOf<'media.play'>;
export type RecordCommand = EffectOf<'record.start'>;

/**
 * Signalling. No method throws or returns a result: what comes of it is a `leg.*` or `nailed.*` event. A command
 * for a leg that has gone is ignored.
 */
export interface Telephony {
  ring(legId: LegId, sound?: boolean): void;
  answer(legId: LegId): void;
  refuse(legId: LegId, cause: EndCause): void;
  dial(command: DialCommand): void;
  /** Calls a hotline of ours as a caller would; its greeting is in that language. */
  test(hotline: string, language?: string): void;
  hangup(legId: LegId, cause: EndCause): void;
  note(legId: LegId, note: LegNote): void;
  /** The two talk: where their trunk allows it, its carrier may have the talk. It does when `leg.released` comes. */
  release(legId: LegId, other: LegId): void;
  /** Dials the agent's own leg; the phone's media are nobody's until he is given a call over it (`to.nailed`). */
  nail(agentId: AgentId, phoneId: PhoneId): void;
  /** Ends it. Nothing more is told of it. */
  unnail(agentId: AgentId, cause: EndCause): void;
  /** It is a leg of that call from now on. */
  move(legId: LegId, to: CallId): void;
}

/**
 * An agent's phone wants its caller sent on to whom it dialled. Accepted: the fact is submitted, and the leg
 * told that will ring, or null when the caller waits in a queue. Refused: nothing happens.
 */
export type Refer = (asked: {
  agentId: AgentId;
  callId: CallId;
  dialled: string;
  /** Another call of his, whose far side is to have the caller; it does when this returns. */
  with?: CallId;
}) => { refused: RefusalCode } | { ringing: LegId | null };

/** A leg that a phone of one of ours is to take over, by an INVITE that names its dialog (RFC 3891). */
export interface Replacing {
  agentId: AgentId;
  phoneId: PhoneId;
  callId: CallId;
  legId: LegId;
  /** It rings at a colleague's, and is picked up there; else it is a talk of his own. */
  rings: boolean;
}

/** Asked before the INVITE is answered, and again when it is: then the fact is submitted, or nothing happens. */
export interface Replace {
  mayReplace(asked: Replacing): RefusalCode | null;
  /** `by`: the leg that is there now. */
  replace(asked: Replacing, by: LegId): RefusalCode | null;
}

/** Media of live calls. A command for a session that has gone is ignored. */
export interface Media {
  play(command: PlayCommand): void;
  music(callId: CallId, legId: LegId): void;
  /**
   * Music, out of any talk; unless `recorded`, what the leg says is in no recording until it is bridged or
   * hears something else.
   */
  hold(callId: CallId, legId: LegId, recorded: boolean): void;
  /** What the leg says is silence to all, and in recordings, until it is unmuted. */
  mute(callId: CallId, legId: LegId, muted: boolean): void;
  bridge(callId: CallId, a: LegId, b: LegId): void;
  /** Keys for the leg's far side, 1 to 64 of `0123456789*#ABCD`, behind those still to be sent. */
  press(callId: CallId, legId: LegId, keys: string): void;
  /**
   * Keys of the leg's far side come as `key.pressed`, also where they are only in its sound. Unless `relay`, they
   * are commands, and nobody else gets them.
   */
  keys(callId: CallId, legId: LegId, relay: boolean): void;
  unbridge(callId: CallId, a: LegId, b: LegId): void;
  /** The leg's stream goes on in another call, out of any talk. */
  move(callId: CallId, legId: LegId, to: CallId): void;
  /** A third party in the talk of `on`, which goes on without a break: all hear each other. */
  join(callId: CallId, legId: LegId, on: LegId): void;
  startRecording(command: RecordCommand): void;
  /** Silence, marked as a pause, until it is resumed. */
  pauseRecording(callId: CallId, recordingId: RecordingId): void;
  resumeRecording(callId: CallId, recordingId: RecordingId): void;
  stopRecording(callId: CallId, recordingId: RecordingId): void;
  close(callId: CallId): void;
}

/**
 * The media half of signalling: SDP for the legs that telephony sets up (RFC 3264). Used by telephony
 * only. All that make promises but `quiet` reject when media cannot carry the leg; the error's `code` says why
 * (`no-codec`, `bad-sdp`, `capacity`, `disconnected`, …).
 */
export interface LegMedia {
  /** Our answer to the far side's offer, also to a re-offer. Makes the leg's stream when it is new. */
  answerOffer(callId: CallId, legId: LegId, offerSdp: string, order?: StreamOrder): Promise<string>;
  /** Our offer. Makes the leg's stream when it is new. */
  makeOffer(callId: CallId, legId: LegId, order?: OfferOrder): Promise<string>;
  /** So few streams are left for callers, as was last told, that they should be offered something else than to wait. */
  isCrowded(): boolean;
  /** The far side's answer to our offer; the last one counts (183, then 200). */
  acceptAnswer(callId: CallId, legId: LegId, sdp: string): Promise<void>;
  /** The far side told by SIP INFO that a key, one of `0123456789*#ABCD`, was pressed. */
  pressed(callId: CallId, legId: LegId, press: { key: string; durationMs: number }): void;
  /** Silence, or a short tone and then silence, whatever the leg heard: packets of it. Never rejects. */
  quiet(callId: CallId, legId: LegId, first?: 'beep'): Promise<void>;
  /** The leg is over: its stream is closed and a recording of it finished. */
  release(callId: CallId, legId: LegId): void;
  /** The same, of a leg whose stream is no call's: nothing is left of its session. */
  close(session: LegId): void;
}

export interface StreamOrder {
  /** The addresses and CIDRs of its trunk, in which alone its packets may be found behind a NAT. */
  from?: string[] | undefined;
  /** A call with which this one may have to be joined. */
  near?: CallId | undefined;
  /**
   * For whom a new stream is: some are kept for those who were taken already, some for a short announcement to who
   * was not, and help has any. A talk unless told.
   */
  purpose?: 'caller' | 'talk' | 'announcement' | 'help' | undefined;
}

export interface OfferOrder extends StreamOrder {
  /** The leg whose codec is listed first. */
  like?: LegId | undefined;
  /** It demands encryption, or has none; a leg that is encrypted stays so when this is not given. */
  secure?: boolean | undefined;
}

/** Promises to people are on disk before they are spoken. */
export interface Journal {
  /** Appends; `onDurable` runs after the fsync that covers the record. Order is kept. */
  append(at: Instant, record: JournalRecord, onDurable?: () => void): void;
  /** Resolves when everything appended so far is fsynced. */
  flush(): Promise<void>;
}

export interface Push {
  publish(notice: Notice, at: Instant): void;
}

export interface Clock {
  now(): Instant;
  /** Arms (or re-arms) the timer of that name; it comes back as `timer.fired`. */
  set(timer: Timer, at: Instant): void;
  clear(timer: Timer): void;
}

/** PINs of people. Rejects while they cannot be read. */
export interface Pins {
  verify(agentId: AgentId, pin: string): Promise<boolean>;
}

/** Who has acknowledged which text. */
export interface Acknowledged {
  has(personId: AgentId, version: string): boolean;
}

/** Who is calling; asked by telephony before `call.arrived` and by the engine again when late. */
export interface CallerLookup {
  /** `placed`: we call that number, and mean whoever has it, whether or not it identifies him when he calls. */
  find(storeId: StoreId, number: string, placed?: boolean): Promise<Lookup>;
}

/**
 * Attempts to reach somebody, as all apps of a database see them. Everything rejects while the database is away:
 * then nobody is dialled.
 */
export interface Attempts {
  /** True: it is this app's until its lease ends. False: its subject is over, being changed, or somebody else's. */
  claim(attempt: AttemptSnapshot): Promise<boolean>;
  /** The INVITE is about to leave, and that is committed. False: it must not, the claim is another's or over. */
  intend(
    id: AttemptId,
    said: { at: Instant; leaseUntil: Instant; agentId: AgentId },
  ): Promise<boolean>;
  /** Closes those that nobody has any more; answers them, and when the next lease ends. */
  closeLost(at: Instant): Promise<{ lost: AttemptSnapshot[]; nextAt: Instant | null }>;
}

/** Which recordings hang on no call; implemented by the store. Rejects while the database is away. */
export interface RecordingLinks {
  /** Links those whose call has come; answers those of which something may be to be told, oldest first. */
  open(): Promise<OpenLink[]>;
  /** The alarm of these, or its end, is on disk. */
  told(recordings: readonly RecordingId[], at: Instant): Promise<void>;
}

/** Makes UUIDv7 ids. */
export type MakeId = () => string;

/** What is going on now, for pages and push snapshots. Read-only copies. */
export interface LiveView {
  plan(): Plan;
  agents(): AgentView[];
  queues(): QueueView[];
  /** Of the plan, in the order of their numbers. */
  hotlines(): HotlineView[];
  calls(): CallSnapshot[];
  /** Callers in slots, of all stores. */
  parked(): ParkedView[];
  /** Offers standing open for the agent. */
  offers(agentId: AgentId): OfferView[];
  /** Of calls whose agent he is. */
  callers(agentId: AgentId): (CallerView & { callId: CallId })[];
  /** Open promises known to the engine. */
  promises(): PromiseSnapshot[];
  /** Forms that are not complete, also of talks that go on: the newest ten thousand at most. */
  unclassified(): FormSnapshot[];
}

/** Callers whom a store does not take. */
export interface BlockDesk {
  /** Those in force at the store, the newest first. */
  blocks(storeId: StoreId): BlockSnapshot[];
  /** Blocks a number, in any spelling, until a moment or until it is lifted; answers it, or why not. */
  block(
    by: string,
    storeId: StoreId,
    asked: { number: string; reason: string; until: Instant | null },
  ): RefusalCode | BlockSnapshot;
  /** Lifts it. */
  unblock(by: string, storeId: StoreId, number: string): RefusalCode | null;
}

/** Whose pages are connected to push. */
export interface DesktopPresence {
  /** A page of the person's, agent or not; the id is its own, and no other's in this life of the app. */
  connected(personId: AgentId, desktopId: DesktopId): void;
  /** It is gone, whoever ended it. Not told of those that end with this app. */
  lost(personId: AgentId, desktopId: DesktopId): void;
}

/** Forms of calls. */
export interface FormDesk {
  /** Of a call that goes on or ended not long ago. */
  form(callId: CallId): FormSnapshot | undefined;
  /** Takes what can be taken and says what cannot; `stored`: the form as the asker knows it. */
  fill(
    by: AgentId,
    raw: RawAnswers,
    stored: FormSnapshot,
  ): RefusalCode | { form: FormSnapshot; faults: FormFault[] };
}

/** What people say of promises that stand open. */
export interface PromiseDesk {
  /** Ends it, who and why kept with it; answers it, or null when none such stands open at these stores. */
  settle(
    by: string,
    storeIds: readonly StoreId[],
    said: { id: PromiseId; as: 'withdrawn' | 'done'; reason: string },
  ): PromiseSnapshot | null;
}

/** Who may be taken for calls that no agent asked for. */
export interface OutboundAgents {
  /** Of the store, all at once; never those whom it reserves for its callers (A11). */
  outboundAgents(storeId: StoreId): AgentId[];
}

/** What may be ordered of a hotline. */
export interface HotlineDesk {
  /** Calls it ourselves, now, to see whether it works. */
  testHotline(number: string): RefusalCode | null;
  /** Closes it until a moment, or until somebody opens it; null opens it. Calls that wait go on waiting. */
  orderHotline(
    by: string,
    number: string,
    closure: { until: Instant | null } | null,
  ): RefusalCode | null;
  /** Its callers hear that prompt before the greeting, until a moment or until somebody ends it; null ends it. */
  tellCallers(
    by: string,
    number: string,
    message: { prompt: string; until: Instant | null } | null,
  ): RefusalCode | null;
}

/**
 * What an agent may ask for. Accepted: the fact is submitted and null returned. Refused: nothing
 * happens and the code says why. Unknown agents are refused with `NOT_AN_AGENT`.
 */
export interface AgentDesk {
  signIn(agentId: AgentId): RefusalCode | null;
  ready(agentId: AgentId): RefusalCode | null;
  notReady(agentId: AgentId, reason: string): RefusalCode | null;
  wrapUp(agentId: AgentId): RefusalCode | null;
  signOut(agentId: AgentId): RefusalCode | null;
  /** He sits at that phone, is signed in, and is called there and nowhere else, until he signs out. */
  sit(agentId: AgentId, phoneId: PhoneId): RefusalCode | null;
  /** Nobody sits at the phone any more; asked for by him, or by who oversees his store. */
  freeSeat(by: AgentId, phoneId: PhoneId): RefusalCode | null;
  /** Music to the customer of the agent's talk. Holding twice, or resuming what goes on, is accepted. */
  hold(agentId: AgentId, callId: CallId): RefusalCode | null;
  resume(agentId: AgentId, callId: CallId): RefusalCode | null;
  /** Nobody of the agent's talk hears him, whoever he asks neither, and no recording does. Twice is accepted. */
  mute(agentId: AgentId, callId: CallId): RefusalCode | null;
  unmute(agentId: AgentId, callId: CallId): RefusalCode | null;
  /** The agent's part of a call is over, as if his phone had hung up. */
  hangUp(agentId: AgentId, callId: CallId): RefusalCode | null;
  /** Keys for the customer of the agent's talk. */
  pressKeys(agentId: AgentId, callId: CallId, keys: string): RefusalCode | null;
  /** Blind: the agent is done with the caller, who hears music until somebody else takes him. */
  transfer(agentId: AgentId, callId: CallId, to: TransferTarget): RefusalCode | null;
  /** His phone rings, and answered it is joined to a call that rang at a colleague's or waited. */
  pickUp(agentId: AgentId, callId: CallId): RefusalCode | null;
  /** Calls a number or a colleague: his own phone rings first. Answers the call as it stands. */
  call(agentId: AgentId, asked: CallWish): RefusalCode | CallSnapshot;
  /** Asks a colleague, a phone or an outside number while the customer hears music. */
  consult(agentId: AgentId, callId: CallId, whom: ConsultTarget): RefusalCode | null;
  /** What becomes of the consultation; see `ConsultOrder`. */
  orderConsult(agentId: AgentId, callId: CallId, order: ConsultOrder): RefusalCode | null;
  /** Lays the caller of the agent's talk aside, in a slot of the store. */
  park(agentId: AgentId, callId: CallId): RefusalCode | null;
  /** His phone rings, and answered it is joined to who stands in that slot of his store. */
  retrieve(agentId: AgentId, slot: ParkSlot): RefusalCode | null;
  /** The desktop's receipt; unknown or foreign offers are ignored. */
  offerReceived(agentId: AgentId, offerId: OfferId): void;
}
