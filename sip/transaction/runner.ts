import type { Action, Setting, Step, TimerName } from './machine';

type TimerInput = { type: 'timer'; timer: never };

/** A machine in motion, whichever of the four it is. */
export interface RunningMachine<Input> {
  input(input: Input): void;
  /** Stops all timers; nothing happens afterwards. */
  stop(): void;
}

/**
 * Runs one machine: holds its state, arms its timers, and gives every other action to `perform`.
 * The only place in this folder where time passes.
 */
export class Runner<State extends { name: string }, Input extends { type: string }> {
  private readonly timers = new Map<TimerName, NodeJS.Timeout>();

  constructor(
    private state: State,
    private readonly step: (state: State, input: Input, setting: Setting) => Step<State>,
    private readonly setting: Setting,
    private readonly perform: (action: Action) => void,
  ) {}

  /** Carries out the step that `start…` returned. */
  begin(first: Step<State>): void {
    this.apply(first);
  }

  input(input: Input): void {
    this.apply(this.step(this.state, input, this.setting));
  }

  stop(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  private apply({ next, actions }: Step<State>): void {
    this.state = next;
    for (const action of actions) {
      if (action.do === 'set') this.arm(action.timer, action.ms);
      else if (action.do === 'clear') this.disarm(action.timer);
      else {
        if (action.do === 'end') this.stop();
        this.perform(action);
      }
    }
  }

  private arm(timer: TimerName, ms: number): void {
    this.disarm(timer);
    const fire = () => {
      this.timers.delete(timer);
      this.input({ type: 'timer', timer } as unknown as Input & TimerInput);
    };
    this.timers.set(timer, setTimeout(fire, ms));
  }

  private disarm(timer: TimerName): void {
    const armed = this.timers.get(timer);
    if (armed === undefined) return;
    clearTimeout(armed);
    this.timers.delete(timer);
  }
}
