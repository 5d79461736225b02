/**
 * Tells a waiting caller how he stands: his place, how long it will be, and that he need not wait. First when he has
 * heard some music, because many are taken by then; then again and again, each time as it is at that moment. It keeps nobody from
 * being connected: phones ring on, and whoever picks up cuts it. Who has us on hold hears nothing: he is told when he is
 * back.
 */
import type { Effect } from '../effects';
import type { WaitKnown } from '../raised-events';
import { seconds, type Instant, type Millis } from '../time';
import type { CallFacts } from './call';
import { playIdFor, waitPrompts } from './prompts';
import { sayTo } from './saying';
import { withLine, type LineStep, type Waiting } from './waiting-line';

/** Where the plan does not say how much music there is before, and between. */
const FIRST_SECONDS = 10;
const EVERY_SECONDS = 60;
/** Where it was not known how he stands. */
const AGAIN_MS: Millis = seconds(15);

/** The key for it, while he waits. */
export const CALLBACK_KEY = '1';

/** A colleague is not called back, and who calls for help is not asked to hang up. */
export const mayBeCalledBack = ({ route, direction, emergency }: CallFacts): boolean =>
  route.callback !== false && direction !== 'internal' && !emergency;

/** Told at once if it is time; the first is told after some music. */
export function learnWait(call: Waiting, { position, range }: WaitKnown, now: Instant): LineStep {
  const { isTold = false, isDue = false } = call.wait ?? {};
  const next = { ...call, wait: { position, range, isTold, isDue } };
  if (isDue) return tellWait(next, now);
  const isFirst = call.wait === undefined && call.stage.line.is === 'music';
  return isFirst ? hearMusic(next, now) : { next, effects: [] };
}

/** Unless he hears something else at the moment. */
function tellWait(call: Waiting, now: Instant): LineStep {
  const { wait, route, stage } = call;
  if (!wait || stage.line.is !== 'music' || !listens(call)) return { next: call, effects: [] };
  // Before our answer many carriers let no key through.
  const may = mayBeCalledBack(call) && call.early === undefined;
  const offer = !may ? 'none' : call.crowded ? 'first' : 'last';
  const prompts = waitPrompts(wait, route.announce, offer);
  if (prompts.length === 0) return { next: call, effects: [] };
  const playId = playIdFor(call.callerLegId, 'wait', now);
  const interrupt = may ? { interrupt: CALLBACK_KEY } : {};
  const told = { ...wait, isTold: true, isDue: false };
  return {
    next: withLine({ ...call, wait: told }, { is: 'told', playId }),
    effects: [
      sayTo(call, { playId, prompts, then: 'music', ...interrupt }),
      { type: 'timer.clear', timer: { kind: 'wait-due', callId: call.id } },
    ],
  };
}

/** It is time: told as he stands now. Where a phone rings for him at the moment, that is in no line, and asked again. */
export function wantWait(call: Waiting, now: Instant): LineStep {
  const { wait, stage, id: callId } = call;
  if (!wait || stage.line.is !== 'music' || !listens(call)) return { next: call, effects: [] };
  return {
    next: { ...call, wait: { ...wait, isDue: true } },
    effects: [
      waitDue(call, now + AGAIN_MS),
      { type: 'raise', event: { type: 'wait.wanted', at: now, callId } },
    ],
  };
}

const listens = ({ callerLegId, holding }: Waiting): boolean => !holding.includes(callerLegId);

const waitDue = ({ id: callId }: Waiting, at: Instant): Effect => ({
  ...{ type: 'timer.set', timer: { kind: 'wait-due', callId }, at },
});

/** Nothing is due to him while he waits, or when he was asked, any more. */
export const nothingDue = ({ id: callId }: CallFacts): Effect[] => [
  { type: 'timer.clear', timer: { kind: 'wait-due', callId } },
  { type: 'timer.clear', timer: { kind: 'keys-due', callId } },
];

/** He has us on hold no more: as if he began to wait now. */
export const listenAgain = (call: Waiting, now: Instant): LineStep =>
  call.stage.line.is === 'music' ? hearMusic(call, now) : { next: call, effects: [] };

/** He hears music, and is told how he stands when he has heard enough of it. */
export function hearMusic(call: Waiting, now: Instant): LineStep {
  const next = withLine(call, { is: 'music' });
  const { wait, route } = next;
  if (!wait || !listens(next)) return { next, effects: [] };
  const { firstSeconds = FIRST_SECONDS, everySeconds = EVERY_SECONDS } = route.announce ?? {};
  // Where little is left for the next callers he is asked at once whether he would rather be called.
  const first = call.crowded && mayBeCalledBack(call) ? 0 : firstSeconds;
  if (!wait.isTold) return { next, effects: [waitDue(call, now + seconds(first))] };
  return { next, effects: everySeconds === 0 ? [] : [waitDue(call, now + seconds(everySeconds))] };
}
