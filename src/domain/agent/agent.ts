/**
 * An agent: a person who takes calls. What he wants (intent) and what he does (activity) are two
 * things and never one field.
 *
 *     intent     logged-out | not-ready(reason) | ready        changed by the agent, at any time
 *     activity   idle --> reserved | calling --> talking --> wrap-up --> idle
 *                  ^-------------+                  +----------------^   (no wrap-up)
 *
 * An intent changed while busy is pending until the activity is idle again.
 */
import type { Effect } from '../effects';
import type { AgentId, CallId, LegId, OfferId, PhoneId, QueueId, StoreId } from '../ids';
import type { AgentView } from '../notices';
import type { Skills } from '../plan';
import type { AgentIntent } from '../records';
import type { Instant, Millis } from '../time';
import type { Beside } from './beside';
import { desktopView, type Desktop } from './desktop';
import { nailedText, type Nailed } from './nailed';
import { LOSS_TEXTS, type PhoneLoss } from './phone-loss';
import { reasonText } from './reason-texts';
import type { Workday } from './workday';

/** A phone of the agent, as far as offers are concerned. */
export interface AgentPhone {
  readonly id: PhoneId;
  /** Ready without a desktop: offers need no receipt. */
  readonly autoReady: boolean;
  /** Null while it can be rung. */
  readonly lost: PhoneLoss | null;
  /** Calls reach it over one leg that stands as long as he is signed in; it does not ring for them. */
  readonly nailedUp?: true;
}

/** `resting`: he let a call pass and is not asked again for a moment. */
interface Idle {
  is: 'idle';
  since: Instant;
  resting: boolean;
}

/** What the agent does; `since` is the beginning of it. */
export type Activity =
  | Idle
  /** `idleSince` is given back when the caller leaves before the agent could take the call. */
  | {
      is: 'reserved';
      since: Instant;
      idleSince: Instant;
      offerId: OfferId;
      callId: CallId;
      /** With so many missed in a row he is set not ready; missing: never. */
      missLimit?: number;
    }
  /** He calls somebody, or a colleague calls him. `owes`: wrap-up of a talk that ended meanwhile, in ms. */
  | { is: 'calling'; since: Instant; callId: CallId; owes?: Millis }
  | {
      is: 'talking';
      since: Instant;
      callId: CallId;
      owes?: Millis;
      /** It has outlived the app: until then his workday has it already. */
      countedTo?: Instant;
      /** What he had missed when he took it, and how much is too much: should nobody be heard in it, he missed it as well. */
      taken?: { misses: number; missLimit?: number };
    }
  | { is: 'wrap-up'; since: Instant; callId: CallId; until: Instant };

/** Everything the domain knows of an agent; see the head of this file. */
export interface Agent {
  readonly id: AgentId;
  readonly name: string;
  readonly storeId: StoreId;
  readonly queues: readonly QueueId[];
  /** His own by the plan, and the one where he sits. */
  readonly phones: readonly AgentPhone[];
  /** The phone where he has signed in, if it is none of his own: he is called there and nowhere else. */
  readonly seat: PhoneId | null;
  readonly intent: AgentIntent;
  /** The intent that becomes effective with the next idle moment. */
  readonly pending: AgentIntent | null;
  readonly intentSince: Instant;
  readonly activity: Activity;
  /** A leg to his phone that has not ended: the phone rings for one call at a time. */
  readonly line: LegId | null;
  /** His own leg, to a phone that is nailed up. */
  readonly nailed: Nailed;
  readonly desktop: Desktop;
  /** A second call of his phone, while he talks. */
  readonly beside: Beside | null;
  /** Offers that he has missed since he last took one or said "ready". */
  readonly misses: number;
  /** Calls whose forms he has to complete before he is ready. */
  readonly openForms: readonly CallId[];
  /** He signed in by a code of his phone, and has said nothing at a desktop since. */
  readonly byPhone: boolean;
  /** IANA zone of his store, in which his day is counted. */
  readonly zone: string;
  /** What he can, with where he belongs. */
  readonly skills: Skills;
  /** Count only what `workToday` makes of it. */
  readonly today: Workday;
  /** No longer in the plan: finishes what he does and is forgotten. */
  readonly retired: boolean;
}

/** What the agent wants, effective already or not. */
export const wanted = (agent: Agent): AgentIntent => agent.pending ?? agent.intent;

/** Counts for "somebody is signed in": who signs out in a talk takes no more calls. */
export const isSignedIn = (agent: Agent): boolean => wanted(agent).is !== 'logged-out';

/** Those at which he is called. */
export const phonesInUse = ({ phones, seat }: Agent): readonly AgentPhone[] =>
  seat === null ? phones : phones.filter(({ id }) => id === seat);

/** Does his own leg stand at that phone? */
export const isNailedAt = ({ nailed }: Agent, phoneId: PhoneId): boolean =>
  nailed.is === 'up' && nailed.phoneId === phoneId;

/** A phone that is nailed up takes calls over its leg; of who has gone home, it rings as any other. */
const canRing = (agent: Agent, { id, lost, nailedUp }: AgentPhone): boolean =>
  lost === null && (nailedUp !== true || isNailedAt(agent, id) || !isSignedIn(agent));

/** The phone that would be rung: where his leg stands, or the first of the plan's that can be, or where he sits. */
export function phoneToRing(agent: Agent): AgentPhone | undefined {
  const able = phonesInUse(agent).filter((phone) => canRing(agent, phone));
  return able.find(({ id }) => isNailedAt(agent, id)) ?? able[0];
}

/** His other phones that ring beside that one; none beside his own leg. */
export const phonesBeside = (agent: Agent, phoneId: PhoneId): PhoneId[] =>
  isNailedAt(agent, phoneId)
    ? []
    : phonesInUse(agent)
        .filter(({ id }) => id !== phoneId && !isNailedAt(agent, id))
        .filter((phone) => canRing(agent, phone))
        .map(({ id }) => id);

/** Can he be given a call that he asked for himself? He need not be ready, nor rested. */
export const canBeRung = (agent: Agent): boolean =>
  isSignedIn(agent) &&
  agent.activity.is === 'idle' &&
  agent.line === null &&
  phoneToRing(agent) !== undefined;

/** May a caller be sent to him by name? His rest is for dispatch: whoever names him has a reason to. */
export const canBeSent = (agent: Agent): boolean =>
  wanted(agent).is === 'ready' && canBeRung(agent);

/** Will he take calls as soon as he is done with what he does? */
export const willBeFree = (agent: Agent): boolean =>
  wanted(agent).is === 'ready' && phoneToRing(agent) !== undefined;

/** May an offer be made to him now? */
export const isFree = (agent: Agent): boolean =>
  canBeSent(agent) && !(agent.activity.is === 'idle' && agent.activity.resting);

/** May a colleague ask him now? His phone rings for nothing else, whatever he wants of callers. */
export const isReachable = (agent: Agent): boolean =>
  agent.activity.is === 'idle' && agent.line === null && phoneToRing(agent) !== undefined;

/** Of several lost phones the first is told of: the one that would be rung. */
function whyUnreachable(agent: Agent): AgentView['unreachable'] {
  if (phoneToRing(agent)) return null;
  const [first] = phonesInUse(agent);
  if (first?.nailedUp && first.lost === null) {
    const { since } = agent.nailed;
    return { reason: 'not-nailed-up', since, ...nailedText(agent.nailed) };
  }
  const lost = first?.lost ?? { reason: 'no-phone', since: null };
  return { ...lost, ...LOSS_TEXTS[lost.reason] };
}

/** Null of who has no phone that is nailed up. */
const nailedView = (agent: Agent): AgentView['nailed'] =>
  phonesInUse(agent).some(({ nailedUp }) => nailedUp)
    ? { state: agent.nailed.is, since: agent.nailed.since, ...nailedText(agent.nailed) }
    : null;

/** The agent as desktops see him; `since` is the later of the two changes. */
export const agentView = (agent: Agent): AgentView => ({
  id: agent.id,
  name: agent.name,
  storeId: agent.storeId,
  intent: agent.intent,
  activity: agent.activity.is,
  callId: agent.activity.is === 'idle' ? null : agent.activity.callId,
  reachable: phoneToRing(agent) !== undefined,
  unreachable: whyUnreachable(agent),
  nailed: nailedView(agent),
  desktop: desktopView(agent.desktop),
  reasonText: reasonText(agent.intent),
  seat: agent.seat,
  ...(agent.openForms.length > 0 ? { openForms: [...agent.openForms] } : {}),
  since: Math.max(agent.intentSince, agent.activity.since),
});

/** The boards show him as he is now. */
export const notify = (agent: Agent): Effect => ({
  type: 'notify',
  notice: { kind: 'agent.updated', agent: agentView(agent) },
});
