/**
 * Step 2 of the ladder where it costs the caller nothing (`answerMode: early`, and his trunk allows it): who would be
 * answered to wait hears us before that, by a 183 with our SDP. His line is that of any who waits; what is not yet is
 * our answer, and until that he can only give up.
 *
 *     arrived, ringing --> sounding --183--> welcome <--> music <--> told, without our answer (`early`)
 *                              |                  |
 *                     no sound reaches him        '--a minute, key 1, a pick-up, a farewell--> answered
 *                              '--> answering
 *
 * Carriers end a call that has no answer after a minute or more; ours comes before.
 */
import type { Effect } from '../effects';
import { seconds, type Instant, type Millis } from '../time';
import type { Welcome } from './lines';
import { hearMusic, mayBeCalledBack } from './wait-told';
import { withLine, type LineStep, type Waiting } from './waiting-line';

/** From his INVITE on, so that it holds for who comes to another app as well. */
export const EARLY_MS: Millis = seconds(60);

/** Who is to be offered a call back at once, because little is left for others, is answered for it. */
export const mayHearEarly = (
  { route: { earlyVia = [] }, trunkId, direction, crowded, arrivedAt }: Waiting,
  now: Instant,
): boolean =>
  direction === 'inbound' && !crowded && earlyVia.includes(trunkId) && now < arrivedAt + EARLY_MS;

/** 183 with our SDP: whether its sound reaches him, `leg.ringing` says. */
export const soundTo = (call: Waiting, welcome: Welcome): LineStep => ({
  next: withLine(call, { is: 'sounding', welcome }),
  effects: [{ type: 'leg.ring', legId: call.callerLegId, sound: true }, untilAnswered(call)],
});

const untilAnswered = ({ id: callId, arrivedAt }: Waiting): Effect => ({
  ...{ type: 'timer.set', timer: { kind: 'caller-rings', callId }, at: arrivedAt + EARLY_MS },
});

/** His line goes on as it is. Now he can press a key, and is told so as soon as who has just been let in is. */
export function answeredAtLast(call: Waiting, now: Instant): LineStep {
  const { early: _, ...known } = call;
  const wait = known.wait && mayBeCalledBack(call) ? { ...known.wait, isTold: false } : known.wait;
  const next: Waiting = { ...known, wait, answeredAt: now };
  return next.stage.line.is === 'music' ? hearMusic(next, now) : { next, effects: [] };
}
