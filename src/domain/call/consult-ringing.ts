/**
 * What the agent hears while somebody whom he asks is rung: our ringing tone, or in its place what comes from the
 * far side before it answers (RFC 3960), a tone of its own or why there will be no talk. A beep says that it is over.
 */
import type { Effect } from '../effects';
import type { LegRinging } from '../leg-events';
import type { LegId } from '../ids';
import { stay, type Step } from '../step';
import type { Millis } from '../time';
import type { Call, CallIn } from './call';
import { bridge } from './consult-hearing';
import { playIdFor } from './prompts';

type Consulting = CallIn<'consulting'>;

/** One tone and the silence after it. */
const TONE_MS: Millis = 5000;

/** The tone to `legId`, no longer than the far side is let ring, so that it outlives no fall of ours for long. */
export const ringingTone = (call: Call, legId: LegId, ringMs: Millis): Effect => ({
  type: 'media.play',
  callId: call.id,
  legId,
  playId: playIdFor(legId, 'ringing-tone'),
  prompts: Array.from({ length: Math.ceil(ringMs / TONE_MS) }, () => 'ringing-tone' as const),
  then: 'silence',
});

/** The first sign begins the tone; sound takes its place, and the tone never that of sound. */
export function hearRinging(
  call: Consulting,
  { sound }: Pick<LegRinging, 'sound'>,
  ringMs: Millis,
): Step<Call> {
  const { asked, agentLegId } = call.stage;
  const heard = sound ? 'sound' : 'tone';
  const { rings } = asked;
  if (asked.answered || agentLegId === null || rings === 'sound' || rings === heard)
    return stay<Call>(call);
  return {
    next: { ...call, stage: { ...call.stage, asked: { ...asked, rings: heard } } },
    effects: [
      sound ? bridge(call, asked.legId, agentLegId) : ringingTone(call, agentLegId, ringMs),
    ],
  };
}

/** Nobody came: the tone is cut, and the agent, whose customer is still on hold, hears that it was. */
export const ringingOver = (callId: string, legId: LegId): Effect => ({
  type: 'media.play',
  callId,
  legId,
  playId: playIdFor(legId, 'ringing-over'),
  prompts: ['beep'],
  then: 'silence',
});
