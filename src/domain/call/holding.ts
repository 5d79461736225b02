/**
 * Hold: a talk whose parties were joined and do not hear each other for a while. Three may hold it, each
 * for himself: the agent at his desk, his phone, the customer's phone. It goes on when none of them does.
 *
 *     joined --agent's desk or phone--> the customer hears music
 *            --customer's phone-------> the agent hears music
 *
 * Who hears music is in no recording meanwhile, and keeps it until the talk goes on. The agent's note is
 * written before the edge is told, so that a fall in between leaves nobody joined whom he had put on hold.
 */
import type { Effect } from '../effects';
import type { RefusalCode } from '../errors';
import type { DomainEvent } from '../events';
import type { AgentId, LegId } from '../ids';
import { stay, type Step } from '../step';
import { snapshot, type Call, type CallIn, type StageName } from './call';

export type HoldEvent = Extract<
  DomainEvent,
  { type: 'leg.held' | 'leg.resumed' | 'talk.held' | 'talk.resumed' }
>;

/** One of those that `stepHold` takes, in every stage. */
export const isHold = (event: DomainEvent): event is HoldEvent =>
  event.type === 'leg.held' ||
  event.type === 'leg.resumed' ||
  event.type === 'talk.held' ||
  event.type === 'talk.resumed';

/**
 * Decides whether the agent may put the talk's customer on hold, or take him back; null means yes. To ask
 * for what is so already is no mistake.
 */
export function mayHold(
  call: Call | undefined,
  agentId: AgentId,
  request: 'hold' | 'resume',
): RefusalCode | null {
  if (call?.stage.is === 'consulting' && call.stage.agentId === agentId) return 'IN_CONSULTATION';
  // Of an internal call that nobody has in hand, he would be its agent by now.
  if (call?.colleagueId === agentId && IN_HAND.has(call.stage.is)) return 'HELD_BY_COLLEAGUE';
  if (call?.stage.is !== 'talking' || call.stage.agentId !== agentId) return 'NOT_YOUR_TALK';
  const { line } = call.stage;
  if (line.is === 'answering' || line.is === 'notice') return 'NOT_JOINED_YET';
  const heldAtPhone = line.is === 'held' && !line.atDesk;
  return request === 'resume' && heldAtPhone ? 'HELD_AT_PHONE' : null;
}

const IN_HAND: ReadonlySet<StageName> = new Set<StageName>(['talking', 'consulting']);

/** Somebody holds the talk, or does no more. A phone that holds while it is not joined yet is remembered. */
export function stepHold(call: Call, event: HoldEvent): Step<Call> {
  if (event.type === 'leg.held' || event.type === 'leg.resumed')
    return holdByPhone(call, event.legId, event.type === 'leg.held');
  const { stage } = call;
  if (stage.is !== 'talking' || stage.agentId !== event.agentId) return stay(call);
  const atDesk = event.type === 'talk.held';
  if (!wasJoined({ ...call, stage }) || isHeldAtDesk({ ...call, stage }) === atDesk)
    return stay(call);
  return follow({ ...call, stage }, call.holding, atDesk);
}

/** The parties have just been joined, and a phone may have put us on hold before. */
export const holdAsPhonesDo = (call: CallIn<'talking'>): Step<Call> =>
  listeners(call).length === 0 ? stay<Call>(call) : follow(call, [], false);

/** What a held talk's parties hear, said once more: after a restart nobody knows what was carried out. */
export const holdAgain = (call: CallIn<'talking'>): Effect[] => listeners(call).map(music(call));

/** The note that finds the agent's talk again after a crash of the app. */
export const agentNote = (call: CallIn<'talking'>): Effect => ({
  type: 'leg.note',
  legId: call.stage.agentLegId,
  note: {
    callId: call.id,
    legId: call.stage.agentLegId,
    role: 'agent',
    agentId: call.stage.agentId,
    queueId: call.route.queueId,
    ...(call.direction === 'inbound' ? {} : { direction: call.direction }),
    ...(isHeldAtDesk(call) ? { held: true as const } : {}),
    ...(call.muted.includes(call.stage.agentLegId) ? { muted: true as const } : {}),
  },
});

function holdByPhone(call: Call, legId: LegId, holds: boolean): Step<Call> {
  if (!call.legs.includes(legId) || call.holding.includes(legId) === holds) return stay(call);
  const holding = holds ? [...call.holding, legId] : call.holding.filter((id) => id !== legId);
  const next = { ...call, holding };
  const { stage } = call;
  return stage.is === 'talking' && wasJoined({ ...call, stage })
    ? follow({ ...next, stage }, call.holding, isHeldAtDesk({ ...call, stage }))
    : { next, effects: [] };
}

/** The parties have heard each other; before that the customer is being answered, or hears the notice. */
export const wasJoined = ({ stage: { line } }: CallIn<'talking'>): boolean =>
  line.is === 'joined' || line.is === 'held';

const isHeldAtDesk = ({ stage: { line } }: CallIn<'talking'>): boolean =>
  line.is === 'held' && line.atDesk;

/** Brings the line to what desk and phones want; `holding` is what phones wanted before. */
function follow(before: CallIn<'talking'>, holding: readonly LegId[], atDesk: boolean): Step<Call> {
  const heard = before.stage.line.is === 'held' ? listeners({ ...before, holding }) : [];
  const held: CallIn<'talking'> = {
    ...before,
    stage: { ...before.stage, line: { is: 'held', atDesk } },
  };
  const hear = listeners(held);
  const next: CallIn<'talking'> =
    hear.length > 0 ? held : { ...before, stage: { ...before.stage, line: { is: 'joined' } } };
  const told: Effect[] = [
    { type: 'journal.write', record: { kind: 'call.saved', call: snapshot(next) } },
    { type: 'notify', notice: { kind: 'call.updated', call: snapshot(next) } },
  ];
  return {
    next,
    effects: [
      ...(isHeldAtDesk(before) === isHeldAtDesk(next) ? [] : [agentNote(next)]),
      ...(hear.length > 0
        ? hear.filter((legId) => !heard.includes(legId)).map(music(next))
        : [joinParties(next)]),
      ...told,
    ],
  };
}

/** Who hears music while the talk is held as it is; nobody when nobody holds it. */
function listeners(call: CallIn<'talking'>): LegId[] {
  const { callerLegId, holding } = call;
  const { agentLegId } = call.stage;
  return [
    ...(isHeldAtDesk(call) || holding.includes(agentLegId) ? [callerLegId] : []),
    ...(holding.includes(callerLegId) ? [agentLegId] : []),
  ];
}

const music =
  (call: Call) =>
  (legId: LegId): Effect => ({ type: 'media.hold', callId: call.id, legId });

/** The parties hear each other again. */
export const joinParties = (call: CallIn<'talking'>): Effect => ({
  type: 'media.bridge',
  callId: call.id,
  a: call.callerLegId,
  b: call.stage.agentLegId,
});
