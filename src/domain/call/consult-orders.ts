/** What an agent has done with the consultation he is in: keys, to and fro, all three, an end. */
import type { Effect } from '../effects';
import type { ConsultOrder } from '../agent-events';
import { stay, type Step } from '../step';
import type { Instant } from '../time';
import type { Call, CallIn, Hearing } from './call';
import { handOver, takeBack } from './consult-end';
import { hear } from './consult-hearing';
import { isInLine, sendOn } from './consult-line';
import { thirdNote } from './consult-notes';
import { told } from './telling';

type Consulting = CallIn<'consulting'>;

/** For the one whom the agent talks with: a customer, or a machine that wants to be told something. */
export function press(call: Consulting, keys: string): Step<Call> {
  const { asked, hears } = call.stage;
  if (!asked.answered) return stay<Call>(call);
  const legIds = [
    ...(hears === 'third' ? [] : [call.callerLegId]),
    ...(hears === 'customer' ? [] : [asked.legId]),
  ];
  const effects = legIds.map((legId): Effect => {
    return { type: 'media.press', callId: call.id, legId, keys };
  });
  return { next: call, effects };
}

/** What an order means in the state that it finds; what is so already needs nothing. */
export function obey(call: Consulting, order: ConsultOrder, now: Instant): Step<Call> {
  const { asked, hears, agentLegId } = call.stage;
  if (agentLegId === null) return stay<Call>(call);
  if (order === 'end') return takeBack(call, agentLegId, now);
  if (order === 'complete' && isInLine(call) && asked.line) return sendOn(call, asked.line, now);
  if (order === 'complete')
    return asked.answered
      ? handOver(call, now)
      : { next: { ...call, stage: { ...call.stage, handsOver: true } }, effects: [] };
  if (!asked.answered) return stay<Call>(call);
  const after: Hearing = order === 'conference' ? 'all' : hears === 'third' ? 'customer' : 'third';
  return after === hears ? stay<Call>(call) : change(call, agentLegId, after);
}

function change(call: Consulting, agentLegId: string, hears: Hearing): Step<Call> {
  const next: Consulting = { ...call, stage: { ...call.stage, hears } };
  return { next, effects: [thirdNote(next), ...hear(call, agentLegId, hears), ...told(next)] };
}
