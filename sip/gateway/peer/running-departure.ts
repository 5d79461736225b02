import type { Logger } from 'pino';
import { stepDeparture, type DepartureInput, type DepartureState, type Look } from './departure';

/** How often an edge that is to go looks whether it can. */
const LOOK_EVERY_MS = 250;

/** The machine of departure.ts in motion: what is seen enters it every moment from the first `term` on. */
export class RunningDeparture {
  private now: DepartureState = { name: 'serving' };
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly log: Logger,
    private readonly see: () => Look,
    private readonly changed: (state: DepartureState['name']) => void,
  ) {}

  get state(): DepartureState['name'] {
    return this.now.name;
  }

  /** `hour`: SIP_DRAIN_AT, next from now on; epoch milliseconds. */
  term(hour: number): void {
    this.timer ??= setInterval(() => this.look(), LOOK_EVERY_MS);
    this.step({ type: 'term', hour, ...this.see() });
  }

  /** Something has changed that may decide. */
  look(): void {
    if (this.now.name !== 'serving') this.step({ type: 'look', ...this.see() });
  }

  end(): void {
    this.step({ type: 'end' });
  }

  close(): void {
    clearInterval(this.timer);
  }

  private step(input: DepartureInput): void {
    const before = this.now.name;
    this.now = stepDeparture(this.now, input);
    const { now } = this;
    if (now.name === before) return;
    const hour = 'hour' in now ? { drainAt: new Date(now.hour).toISOString() } : {};
    const level = before === 'serving' && now.name === 'ended' ? 'info' : 'warn';
    this.log[level]({ departure: now.name, ...hour }, MEANING[now.name]);
    if (now.name === 'ended') this.close();
    this.changed(now.name);
  }
}

const MEANING: Record<DepartureState['name'], string> = {
  serving: 'the edge takes callers',
  waiting: 'SIGTERM, and no other edge takes callers: this one goes on; a second SIGTERM ends it',
  closing: 'SIGTERM: from now on the edge ends as soon as there is no call; callers are taken',
  draining: 'SIGTERM: new callers are sent to the peer edge, and this one ends with its last call',
  ended: 'the edge ends',
};
