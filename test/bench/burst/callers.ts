import type { Chance } from '../../../demo/talk';
import type { Address, Line, Telephones } from '../../../demo/telephone';
import { elapsed } from '../elapsed';
import type { CallerSaw } from './witnesses';

/** What came of the callers, as they saw it. */
export interface Counted {
  calls: number;
  answered: number;
  /** Gave up before any answer. */
  cancelled: number;
  busyAnswers: number;
  /** Until the 200 of whom it rang for longest. */
  longestRingMs: number;
}

/** Whoever waits longer hangs up. */
const PATIENCE_MS = 240_000;
/** From our BYE or CANCEL until it is over for us. */
const GOODBYE_MS = 40_000;

export class BurstCallers {
  readonly counted: Counted = {
    ...{ calls: 0, answered: 0, cancelled: 0, busyAnswers: 0, longestRingMs: 0 },
  };
  readonly saw: CallerSaw[] = [];

  constructor(
    private readonly telephones: Telephones,
    private readonly chance: Chance,
  ) {}

  close(): void {
    this.telephones.close();
  }

  /** At an even rate; resolves when the last is over. */
  async callAll(
    server: Address,
    { calls, callsPerSecond }: { calls: number; callsPerSecond: number },
  ): Promise<void> {
    const running: Promise<void>[] = [];
    const from = performance.now();
    for (let index = 0; index < calls; index += 1) {
      await elapsed((1000 * index) / callsPerSecond - (performance.now() - from));
      running.push(this.callOnce(server, `138${String(index).padStart(8, '0')}`));
    }
    await Promise.all(running);
  }

  private async callOnce(server: Address, number: string): Promise<void> {
    const { counted, chance } = this;
    counted.calls += 1;
    const dialledAt = Date.now();
    const line = await this.telephones.call(server, '400', number);
    const isImpatient = chance.happens(0.3);
    const leaves = setTimeout(
      () => line.hangUp(),
      isImpatient ? chance.between(200, 9000) : PATIENCE_MS,
    );
    const givesUp = setTimeout(() => line.over(), PATIENCE_MS + GOODBYE_MS);
    void line.answered.then((isAnswered) => {
      if (!isAnswered) return;
      counted.answered += 1;
      counted.longestRingMs = Math.max(counted.longestRingMs, Date.now() - dialledAt);
    });
    await line.ended;
    clearTimeout(leaves);
    clearTimeout(givesUp);
    this.saw.push({ number, dialledAt, end: this.judge(line) });
  }

  private judge({ status, hasCancelled }: Line): CallerSaw['end'] {
    if (status === 200) return 'answered';
    const isOwn = status === 487 && hasCancelled;
    this.counted[isOwn ? 'cancelled' : 'busyAnswers'] += 1;
    return isOwn ? 'cancelled' : 'busy';
  }
}
