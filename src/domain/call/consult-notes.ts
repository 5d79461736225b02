/** What the edge keeps of a consultation, so that a restart finds it: notes on the legs that take part. */
import type { Effect } from '../effects';
import type { LegId } from '../ids';
import type { CallIn } from './call';
import { thirdOf } from './consult-third';
import { agentNote } from './holding';

/** The agent's leg, as if he held his customer: he does, until the third party answers. */
export const agentHoldNote = (talk: CallIn<'talking'>): Effect =>
  agentNote({ ...talk, stage: { ...talk.stage, line: { is: 'held', atDesk: true } } });

/** The same, while it is still rung: what it hears of that has to end with the app. */
export function agentAskNote(talk: CallIn<'talking'>): Effect {
  const held = agentHoldNote(talk);
  return held.type === 'leg.note' ? { ...held, note: { ...held.note, asks: true } } : held;
}

/** Of the agent in a consultation that goes on, `agentLegId` being his. */
export function consultAgentNote(call: CallIn<'consulting'>, agentLegId: LegId): Effect {
  const { asked, agentId, recordingId } = call.stage;
  const line = { is: 'held', atDesk: true } as const;
  const talk = {
    ...call,
    stage: { is: 'talking' as const, line, agentId, agentLegId, recordingId },
  };
  return asked.answered ? agentNote(talk) : agentAskNote(talk);
}

/** The third party's leg: who asked, and whom he talks with. */
export function thirdNote(call: CallIn<'consulting'>): Effect {
  const { asked, agentId, hears } = call.stage;
  const { legId, recordings, entryId, takerRoute } = asked;
  const to = thirdOf(call);
  return {
    type: 'leg.note',
    legId,
    note: {
      callId: call.id,
      legId,
      ...(to.kind === 'phone' ? { role: 'agent', agentId: to.agentId } : { role: 'outside' }),
      queueId: call.route.queueId,
      // By which trunks it was dialled is of no interest any more, and there may be many.
      consult: {
        to: to.kind === 'phone' ? to : { ...to, via: [] },
        by: agentId,
        recordings,
        entryId,
        hears,
        ...(takerRoute ? { takerQueueId: takerRoute.queueId } : {}),
      },
    },
  };
}

/** The leg to the number that talks with the customer. */
export const outsideNote = (call: CallIn<'forwarded'>): Effect => ({
  type: 'leg.note',
  legId: call.stage.outsideLegId,
  note: {
    callId: call.id,
    legId: call.stage.outsideLegId,
    role: 'outside',
    queueId: call.route.queueId,
    forwarded: { by: call.stage.agentId, number: call.stage.number },
  },
});
