/** What an agent's phone asks for by REFER, as the fact that it becomes; what is refused of an outside number is audited. */
import { referTarget } from '../domain/call/refer-target';
import { isEmergency } from '../domain/number/kinds';
import { mayJoin, type Joining } from '../domain/call/joining';
import { routeOfTaker } from '../domain/call/routing';
import type { ConsultBegun, TalksJoined, TalkTransferred } from '../domain/agent-events';
import type { RefusalCode } from '../domain/errors';
import type { DialRefused } from '../domain/outgoing-events';
import type { AgentId, CallId } from '../domain/ids';
import { refusedTarget, type ConsultWorld } from './consults';
import { transferOf } from './transfers';

interface Referred {
  agentId: AgentId;
  callId: CallId;
  dialled: string;
}

/** Why there is no fact, and the audit where one is due. */
interface Refused {
  refused: RefusalCode;
  audit?: DialRefused;
}

/** Two talks of his that his phone wants to be one: the fact, or why there is none. */
export function joiningOf(
  { agentId, callId, otherId }: { agentId: AgentId; callId: CallId; otherId: CallId },
  { live, makeId, at }: ConsultWorld,
): TalksJoined | Refused {
  const [one, other] = [live.calls.get(callId), live.calls.get(otherId)];
  const joining = mayJoin(one, other, agentId, (number) => isEmergency(number, live.book));
  if (typeof joining === 'string') return { refused: joining };
  const isHolding = [one, other].some((call) => call?.holding.includes(joining.far.legId) ?? false);
  const fact = { type: 'talks.joined', at, agentId, isHolding, recordingId: makeId() } as const;
  return { ...fact, ...joining, ...takenBy(joining, { live, makeId }) };
}

/** As by a consultation: with a person of another store the call is that one's. */
function takenBy(
  { callId, far: { to } }: Joining,
  { live, makeId }: Pick<ConsultWorld, 'live' | 'makeId'>,
): Pick<TalksJoined, 'taken'> {
  const taker = to.kind === 'phone' ? live.agents.get(to.agentId) : undefined;
  if (!taker || taker.storeId === live.calls.get(callId)?.route.storeId) return {};
  const route = routeOfTaker(live.plan, taker);
  return route ? { taken: { route, entryId: makeId() } } : {};
}

/** The fact; or why there is none, and the audit of it where it was a number. */
export function referralOf(
  asked: Referred,
  world: ConsultWorld,
): TalkTransferred | ConsultBegun | Refused {
  const { live, at } = world;
  const { agentId, callId, dialled } = asked;
  const to = referTarget(live.plan, dialled, (id) => live.agentOfPhone(id)?.id) ?? {
    number: dialled,
  };
  const fact = transferOf({ agentId, callId, to }, world);
  if (typeof fact !== 'string') return fact;
  const audit = refusedTarget({ agentId, to }, fact, at);
  return { refused: fact, ...(audit ? { audit } : {}) };
}
