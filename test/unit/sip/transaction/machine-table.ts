import type { Action, Step } from '../../../../sip/transaction/machine';

/** An action in one word: `send`, `set A 500`, `clear A`, `fail timeout`. */
export function inWords(actions: readonly Action[]): string {
  return actions
    .map((action) => {
      if (action.do === 'set') return `set ${action.timer} ${action.ms}`;
      if (action.do === 'clear') return `clear ${action.timer}`;
      return action.do === 'fail' ? `fail ${action.why}` : action.do;
    })
    .join(', ');
}

/** A step as `state: actions`, the form in which the tables below are written. */
export function stepInWords(step: Step<{ name: string }>): string {
  return `${step.next.name}: ${inWords(step.actions)}`;
}
