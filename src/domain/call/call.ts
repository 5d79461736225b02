/**
 * What a call is: facts that only accumulate, and the stage it stands in. One of a hotline:
 *
 *     arrived --> queued <--> offered --> talking --> wrapping-up --> closed
 *                   |            |                        ^
 *                   +--> announcing ----------------------+   (also straight from queued, offered)
 *
 *     talking <--> consulting --> forwarded --> wrapping-up     (consult.ts)
 *     talking --> parked --> queued, wrapping-up
 *
 * One that we place (outgoing.ts): calling --> talking --> wrapping-up --> closed.
 *
 * It holds ids and milestones. Waiting itself belongs to the queue entry, work to the agent, SIP
 * facts to the leg.
 */
import type { EarlierTalk } from '../effects';
import type { EndCause } from '../end-cause';
import type { DialTarget } from '../effects';
import type { Lookup } from '../events';
import type {
  AgentId,
  AttemptId,
  CallId,
  CustomerId,
  EntryId,
  LeadId,
  LegId,
  OfferId,
  PhoneId,
  PlayId,
  PromiseId,
  QueueId,
  RecordingId,
  TrunkId,
} from '../ids';
import type { CallerCard, OpenPromise } from '../lead/caller-card';
import type {
  CallDirection,
  CallOutcome,
  CallSnapshot,
  CallStateName,
  ConsultSnapshot,
  MenuChoice,
  PromiseReason,
} from '../records';
import type { Instant, Millis } from '../time';
import type { Farewell, Wait, WaitingLine } from './lines';
import type { Choice } from './menu';
import type { Absence } from './prompts';
import type { Rated } from './rating';
import type { CallerFacts } from '../queue/place';
import type { OfferReason } from '../queue/reason';
import type { Route } from './routing';

/** Whom we call because we promised it: for what, and how he is reached. */
export interface CallBack {
  readonly promiseId: PromiseId;
  readonly reason: PromiseReason;
  readonly promisedAt: Instant;
  readonly dueAt: Instant;
  /** So many times in vain. */
  readonly tries: number;
  /** Trunks that may carry it, the best first. */
  readonly via: readonly TrunkId[];
  /** His phone rings this long. */
  readonly ringMs: Millis;
  /** Null until it is claimed. */
  readonly attemptId: AttemptId | null;
}

/** What is known of a call whatever its stage. */
export interface CallFacts {
  readonly id: CallId;
  readonly direction: CallDirection;
  readonly route: Route;
  readonly trunkId: TrunkId;
  /** `''` when withheld. */
  readonly from: string;
  readonly to: string;
  /** A number that he keyed in to be called back at. */
  readonly given?: string | undefined;
  /** What he said that he calls for. */
  readonly menu?: MenuChoice | undefined;
  /** What the store knows of him that makes a difference in a line. */
  readonly standing?: CallerFacts;
  /** How he stands in his line, as was told last. */
  readonly wait?: Wait | undefined;
  /** What the carrier says the caller is called; shown when the look-up knows no name. */
  readonly displayName: string;
  /** Its talk began at a phone whose person no desktop showed who calls. */
  readonly noPop?: boolean;
  /** Placed for help: nothing of ours ends it or sends it on but who dialled it. */
  readonly emergency: boolean;
  /** When he called little was left for the next callers (trunk/crowded.ts): to be called back is offered first. */
  readonly crowded?: true;
  readonly ids: { entryId: EntryId; leadId: LeadId; promiseId: PromiseId };
  /** The customer's leg, whoever called whom; of an internal call that of the colleague who is called. */
  readonly callerLegId: LegId;
  readonly lookup: Lookup['result'];
  readonly callerName: string;
  readonly leadId: LeadId | null;
  readonly customerId: CustomerId | null;
  /** Missing before anybody was asked who he is. */
  readonly card?: CallerCard;
  /** What he had been promised when the call came. */
  readonly promises?: readonly OpenPromise[];
  /** The agent of the talk; null before it. */
  readonly agentId: AgentId | null;
  /** Of an internal call the colleague who is called, at the other end. */
  readonly colleagueId: AgentId | null;
  readonly arrivedAt: Instant;
  readonly offeredAt: Instant | null;
  readonly answeredAt: Instant | null;
  readonly talkStartedAt: Instant | null;
  readonly bridgedAt: Instant | null;
  /** The first of its talks began; missing before. */
  readonly firstTalkAt?: Instant;
  readonly endedAt: Instant | null;
  readonly outcome: CallOutcome | null;
  readonly endCause: EndCause | null;
  /** He waits and hears us before our answer (early-line.ts): whether that was asked for. Missing: he is not so. */
  readonly early?: 'unanswered' | 'answering' | undefined;
  /** The hotline wants a recording notice and the caller has not heard it to its end. */
  readonly noticeOwed: boolean;
  /** Talks of this call that went before (transferred, or broken off): whose recordings they were. */
  readonly earlier: readonly EarlierTalk[];
  /** Legs of the call, the caller's included, that have not ended. */
  readonly legs: readonly LegId[];
  /** Those of them whose far sides listen no more: they have put us on hold. */
  readonly holding: readonly LegId[];
  /** Those of people of ours who do not want to be heard. */
  readonly muted: readonly LegId[];
  /** Missing of every other call. */
  readonly callBack?: CallBack;
}

/** What a caller hears whose agent has picked up. */
export type TalkingLine =
  | { is: 'answering' }
  | { is: 'notice'; playId: PlayId }
  | { is: 'joined' }
  /** Joined once, and now on hold: at the agent's desk (`atDesk`), by a phone (`holding`), or both. */
  | { is: 'held'; atDesk: boolean };

/** What one of ours hears whose call is on its way. */
export type CallingLine =
  /** He called from his desk, and his own phone rings. */
  | { is: 'phone' }
  /** He has picked up a call back, and is told what it is. */
  | { is: 'told'; playId: PlayId }
  /** Silence: that the customer is to be dialled is being committed. */
  | { is: 'intending' }
  /** Nothing: the far side is dialled. */
  | { is: 'dialled' }
  /** The far side rings, and he hears our tone. */
  | { is: 'ringing' }
  /** What comes from the far side before it answers. */
  | { is: 'early' };

/** An offer of the call to one agent. */
export interface Offer {
  offerId: OfferId;
  agentId: AgentId;
  phoneId: PhoneId;
  legId: LegId;
  recordingId: RecordingId;
  offeredAt: Instant;
  dialled: boolean;
  why: OfferReason;
  /** No desktop of the agent is there. */
  noPop?: true;
}

/** A call that one of ours places: whom he calls, and what is set aside for the talk. */
export interface Outgoing {
  /** Who calls; a person, who need not be an agent. */
  agentId: AgentId;
  agentLegId: LegId;
  /** From his desk, then his phone is rung first; or from a phone, whose INVITE waits for our answer. */
  by: 'desk' | 'phone';
  to: DialTarget;
  talk: RecordingId;
  /** Decided before everything else, and nothing may end it. */
  emergency: boolean;
  /** How long the far side rings; missing: as long as operators let it. */
  ringMs?: Millis;
}

/** Whoever of a queue gets free when it is the consultation's turn: not known yet. */
export interface InLine {
  readonly kind: 'queue';
  readonly queueId: QueueId;
}

/** Somebody whom the agent of a talk asks, or who is to take its customer, and what is set aside for it. */
export interface Asked {
  readonly to: DialTarget | InLine;
  /** Where a queue is asked: the consultation's place in its line, and the customer's route should he be sent on to it. */
  readonly line?: { readonly entryId: EntryId; readonly route: Route };
  /** The number of ours that is shown to an outside number. */
  readonly shown: string;
  readonly by: { readonly agentId: AgentId; readonly name: string };
  readonly at: Instant;
  readonly offerId: OfferId;
  readonly legId: LegId;
  /** Of the consultation, and of the talk that may come of it. */
  readonly recordings: { readonly consult: RecordingId; readonly talk: RecordingId };
  /** The customer's place, should he have to wait again. */
  readonly entryId: EntryId;
  /** The call's once he is taken by somebody of another store. */
  readonly takerRoute?: Route;
  readonly dialled: boolean;
  /** It rings, and this the agent hears meanwhile: our tone, or its own sound. */
  readonly rings?: 'tone' | 'sound';
  readonly answered: boolean;
  /** The consultation's file is being written. */
  readonly recording: boolean;
}

/** Whom the agent talks with: the other one hears music. */
export type Hearing = 'third' | 'customer' | 'all';
/** The number that is called out in the store, `701`. */
export type ParkSlot = string;

/** Where the call stands, with what only matters there. */
export type Stage =
  /** He is to say by a key what he calls for. */
  | ({ is: 'routing' } & Choice)
  | { is: 'queued'; line: WaitingLine }
  /** At least one offer, at most one to an agent; the first pick-up wins. */
  | { is: 'offered'; line: WaitingLine; offers: readonly Offer[] }
  | { is: 'calling'; line: CallingLine; out: Outgoing }
  | {
      is: 'talking';
      line: TalkingLine;
      agentId: AgentId;
      agentLegId: LegId;
      /** Null when nothing is being recorded: it failed, or the file is finished already. */
      recordingId: RecordingId | null;
    }
  | {
      /** The customer waits for what his agent and a third party make of him. */
      is: 'consulting';
      agentId: AgentId;
      /** Null: the agent has gone, and the third party is to take the customer. */
      agentLegId: LegId | null;
      recordingId: RecordingId | null;
      asked: Asked;
      hears: Hearing;
      /** The third party takes the customer as soon as it answers. */
      handsOver: boolean;
    }
  | {
      /** The customer talks with an outside number; the agent who sent him there is free. */
      is: 'forwarded';
      agentId: AgentId;
      outsideLegId: LegId;
      number: string;
      recordingId: RecordingId | null;
    }
  | {
      /** Told that nobody takes him, or that he is called back; asked for what is missing for it, and hung up. */
      is: 'announcing';
      why: Absence;
      /** When somebody is there again; null: now, or nobody knows. */
      opensAt: Instant | null;
      step: Farewell;
      /** The number at which he is promised a call; null: none yet. */
      promised: string | null;
      /** Those at which he was promised it before, for this call. */
      former: readonly string[];
      /** The number of the promise that is not yet on disk: it may not be spoken before. Null: none. */
      unwritten: string | null;
      /** His message, while its file is being written. */
      recordingId: RecordingId | null;
    }
  /** The talk is over for its agent; the caller is asked how it was. */
  | ({ is: 'rating'; agentId: AgentId; recordingId: RecordingId | null } & Rated)
  /** Laid aside by the agent of the talk, who gets him back at the limit. */
  | { is: 'parked'; slot: ParkSlot; by: AgentId; since: Instant; until: Instant }
  /** The outcome is decided; legs and the recording's file are still ending. */
  | {
      is: 'wrapping-up';
      recordingId: RecordingId | null;
      /** The file of a consultation that ended with the call. */
      consultRecordingId?: RecordingId;
    }
  | { is: 'closed' };

/** The stages by name, as the drawing has them. */
export type StageName = Stage['is'];

/** A call that stands in stage `S`. */
export type CallIn<S extends StageName> = CallFacts & { readonly stage: Extract<Stage, { is: S }> };

/** A call in whatever stage. */
export type Call = CallFacts & { readonly stage: Stage };

/** By what number the customer is known; `''` when withheld, and when there is no customer. */
export const customerNumber = ({ direction, from, to }: CallFacts): string =>
  direction === 'inbound' ? from : direction === 'outbound' ? to : '';

/** At which number he is called back; `''`: at none. */
export const calledBackAt = (call: CallFacts): string => call.given ?? customerNumber(call);

/** By which number it is known who he is: a number that he gives counts where he withheld his own. */
export const knownBy = (call: CallFacts): string => customerNumber(call) || calledBackAt(call);

/** How who stands at the customer's end is shown to one of ours: a colleague by his id, which can be dialled. */
export const partyNumber = (call: CallFacts): string =>
  call.direction === 'internal' ? (call.colleagueId ?? '') : customerNumber(call);

const stateOf = ({ stage, outcome }: Call): CallStateName => {
  if (outcome !== null) return 'closed';
  if (stage.is === 'consulting') return stage.agentLegId === null ? 'transferring' : 'consulting';
  return stage.is === 'talking' && stage.line.is === 'held' ? 'held' : stage.is;
};

/** Whether the agent is heard; absent while he is. */
function muteOf({ stage, muted }: Call): Pick<CallSnapshot, 'muted'> {
  const legId = stage.is === 'talking' || stage.is === 'consulting' ? stage.agentLegId : null;
  return legId !== null && muted.includes(legId) ? { muted: true } : {};
}

/** Of an offered call: to one of them at least; else of the talk. */
function popOf({ stage, noPop = false }: Call): Pick<CallSnapshot, 'noPop'> {
  const isBlind = stage.is === 'offered' ? stage.offers.some((offer) => offer.noPop) : noPop;
  return isBlind ? { noPop: true } : {};
}

/** Of the talk that goes on, where it is the first. */
function firstTalkOf({ firstTalkAt, talkStartedAt }: Call): Pick<CallSnapshot, 'firstTalkAt'> {
  const at = firstTalkAt ?? talkStartedAt;
  return at === null ? {} : { firstTalkAt: at };
}

function whomOf(to: Asked['to']): Pick<ConsultSnapshot, 'agentId' | 'number' | 'queueId'> {
  switch (to.kind) {
    case 'phone':
      return { agentId: to.agentId, number: null };
    case 'number':
      return { agentId: null, number: to.number };
    case 'queue':
      return { agentId: null, number: null, queueId: to.queueId };
  }
}

/** Whom a customer's agent asks, or where the customer was sent; absent in every other stage. */
function consultOf({ stage }: Call): Pick<CallSnapshot, 'consult'> {
  if (stage.is !== 'consulting') return {};
  const { asked, hears } = stage;
  const { to, answered } = asked;
  return { consult: { ...whomOf(to), answered, hears } };
}

/**
 * The call as records and desktops know it. With its outcome decided a call is closed for the
 * business; that legs and a file are still ending is a matter of milliseconds and ours alone.
 */
export function snapshot(call: Call): CallSnapshot {
  return {
    id: call.id,
    direction: call.direction,
    state: stateOf(call),
    storeId: call.route.storeId,
    queueId: call.route.queueId,
    hotline: call.route.hotline,
    trunkId: call.trunkId,
    from: call.from,
    to: call.to,
    leadId: call.leadId,
    customerId: call.customerId,
    agentId: call.agentId,
    arrivedAt: call.arrivedAt,
    offeredAt: call.offeredAt,
    answeredAt: call.answeredAt,
    talkStartedAt: call.talkStartedAt,
    bridgedAt: call.bridgedAt,
    endedAt: call.endedAt,
    outcome: call.outcome,
    endCause: call.endCause,
    ...firstTalkOf(call),
    ...(call.menu === undefined ? {} : { menu: call.menu }),
    ...consultOf(call),
    ...muteOf(call),
    ...popOf(call),
    ...(call.colleagueId === null ? {} : { colleagueId: call.colleagueId }),
  };
}
