/**
 * Our end of a test call: what a caller of the hotline would come to first, without a queue, an agent, a lead or a line
 * in the ledger. It is answered, the greeting is said, and a key that is heard gets a tone, so that who tests knows
 * that we hear him.
 *
 *     answering --> greeting --key--> told      ended by who tests, or after 45 s
 */
import type { Effect } from '../effects';
import type { EndCause } from '../end-cause';
import type { CallId, LegId } from '../ids';
import type { Language, Spoken } from '../spoken';
import { seconds, type Instant, type Millis } from '../time';

/** A test call has come, from ourselves. */
export interface TestArrived {
  type: 'test.arrived';
  at: Instant;
  callId: CallId;
  legId: LegId;
  hotline: string;
  /** A caller would be refused for this. */
  unusable?: EndCause;
}

/** Somebody wants a hotline to be tested now. */
export interface TestOrdered {
  type: 'test.ordered';
  at: Instant;
  hotline: string;
}

export interface TestCall {
  readonly callId: CallId;
  readonly legId: LegId;
  readonly language?: Language | undefined;
  readonly stage: 'answering' | 'greeting' | 'told';
}

interface TestStep {
  next: TestCall;
  effects: Effect[];
}

/** Longer than a greeting and an answer to it; who tests has forgotten it then. */
const LIMIT_MS: Millis = seconds(45);

export const testBegins = ({ callId, legId }: TestCall, now: Instant): Effect[] => [
  { type: 'leg.answer', legId, callId },
  { type: 'timer.set', timer: { kind: 'test-call', callId }, at: now + LIMIT_MS },
];

/** Our 200 was acknowledged. */
export function testAnswered(call: TestCall): TestStep {
  if (call.stage !== 'answering') return { next: call, effects: [] };
  const { callId, legId } = call;
  return {
    next: { ...call, stage: 'greeting' },
    effects: [
      { type: 'media.keys', callId, legId, relay: false },
      say(call, 'greeting', ['greeting']),
    ],
  };
}

export function testKey(call: TestCall): TestStep {
  if (call.stage !== 'greeting') return { next: call, effects: [] };
  return { next: { ...call, stage: 'told' }, effects: [say(call, 'beep', ['beep'])] };
}

export const testOver = ({ callId, legId }: TestCall): Effect[] => [
  { type: 'leg.hangup', legId, cause: 'announced' },
  { type: 'timer.clear', timer: { kind: 'test-call', callId } },
  { type: 'media.close', callId },
];

const say = ({ callId, legId, language }: TestCall, what: string, prompts: Spoken[]): Effect => ({
  ...{ type: 'media.play', callId, legId, prompts, then: 'silence' },
  playId: `${legId}:test-${what}`,
  ...(language === undefined ? {} : { language }),
});
