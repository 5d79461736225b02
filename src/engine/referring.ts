/** What an agent's phone asks for by REFER, as the fact that it becomes; what is refused of an outside number is audited. */
import { referTarget } from '../domain/call/refer-target';
import { limitsOf, overrun } from '../domain/dial/budget';
import { refusedDial } from '../domain/dial/placing';
import { isEmergency } from '../domain/number/kinds';
import { mayJoin } from '../domain/call/joining';
import type { ConsultBegun, TalksJoined, TalkTransferred } from '../domain/agent-events';
import type { RefusalCode } from '../domain/errors';
import type { DialRefused } from '../domain/events';
import type { AgentId, CallId } from '../domain/ids';
import type { ConsultWorld } from './consults';
import { transferOf } from './transfers';

interface Referred {
  agentId: AgentId;
  callId: CallId;
  dialled: string;
}

/** Two talks of his that his phone wants to be one: the fact, or why there is none. */
export function joiningOf(
  { agentId, callId, otherId }: { agentId: AgentId; callId: CallId; otherId: CallId },
  { live, makeId, at }: ConsultWorld,
): TalksJoined | { refused: RefusalCode } {
  const [one, other] = [live.calls.get(callId), live.calls.get(otherId)];
  const joining = mayJoin(one, other, agentId, (number) => isEmergency(number, live.book));
  if (typeof joining === 'string') return { refused: joining };
  const isHolding = [one, other].some((call) => call?.holding.includes(joining.far.legId) ?? false);
  const fact = { type: 'talks.joined', at, agentId, isHolding, recordingId: makeId() } as const;
  return { ...fact, ...joining };
}

/** The fact; or why there is none, and the audit of it where it was a number. */
export function referralOf(
  asked: Referred,
  world: ConsultWorld,
): TalkTransferred | ConsultBegun | { refused: RefusalCode; audit?: DialRefused } {
  const { live, at } = world;
  const { agentId, callId, dialled } = asked;
  const ours = referTarget(live.plan, dialled, (id) => live.agentOfPhone(id)?.id);
  const overrunBy = ours === null ? limitReached(asked, world) : null;
  const fact = overrunBy ?? transferOf({ agentId, callId, to: ours ?? { number: dialled } }, world);
  if (typeof fact !== 'string') return fact;
  // Of somebody else's talk, or of one that cannot be sent on, nobody was dialled.
  const isAboutNumber = ours === null && ABOUT_NUMBERS.has(fact);
  return isAboutNumber
    ? { refused: fact, audit: refusedDial({ agentId }, dialled, fact, at) }
    : { refused: fact };
}

const ABOUT_NUMBERS = new Set<RefusalCode>([
  'NOT_A_NUMBER',
  'NO_SUCH_TARGET',
  'DIAL_FORBIDDEN',
  'DIAL_LIMIT',
  'NO_TRUNK',
]);

/** Who may dial no more by himself has nobody else dialled either. */
function limitReached({ agentId }: Referred, { live, at }: ConsultWorld): RefusalCode | null {
  const person = live.plan.people.find(({ id }) => id === agentId);
  if (!person) return null;
  const payer = { agentId, storeId: person.store };
  return overrun(live.budget, payer, limitsOf(live.plan.dialling), at) ? 'DIAL_LIMIT' : null;
}
