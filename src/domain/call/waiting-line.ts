/** The line of a caller who waits, the same whether he is queued or offered. */
import type { Effect } from '../effects';
import type { Call, CallIn } from './call';
import { isUnheard, type WaitingLine } from './lines';

export type Waiting = CallIn<'queued'> | CallIn<'offered'>;

export const isWaiting = (call: Call): call is Waiting =>
  call.stage.is === 'queued' || call.stage.is === 'offered';

/** A step that changes nothing but his line, and what is known of it. */
export interface LineStep {
  next: Waiting;
  effects: Effect[];
}

/** Has the caller been answered, or asked to be? Then a 180 or a second 200 is out of place. */
export function answerOf({ stage: { line }, early }: Waiting): 'none' | 'asked' | 'given' {
  if (isUnheard(line) || early === 'unanswered') return 'none';
  return line.is === 'answering' || early === 'answering' ? 'asked' : 'given';
}

export const withLine = (call: Waiting, line: WaitingLine): Waiting =>
  call.stage.is === 'queued'
    ? { ...call, stage: { ...call.stage, line } }
    : { ...call, stage: { ...call.stage, line } };
