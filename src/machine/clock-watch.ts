/** Asks every hour, and at the start, whether the clock is right; tells what was found first, and what is otherwise then. */
import { isClockOff, type ClockFact } from '../domain/doctor/machine';

const HOUR_MS = 3_600_000;

export interface ClockWatchOptions {
  /** Never rejects. */
  ask: () => Promise<ClockFact>;
  tell: (code: 'CLOCK_OFF' | 'CLOCK_RIGHT', detail: string) => void;
  /** An hour unless a test is in a hurry. */
  everyMs?: number;
}

export class ClockWatch {
  private readonly timer: NodeJS.Timeout;
  /** Null: nothing is known yet. That it is right is told as well: an alarm of a former life may stand. */
  private isOff: boolean | null = null;

  constructor(private readonly options: ClockWatchOptions) {
    this.timer = setInterval(() => void this.look(), options.everyMs ?? HOUR_MS);
    this.timer.unref();
    void this.look();
  }

  close(): void {
    clearInterval(this.timer);
  }

  /** What is not known changes nothing. That the system takes it for synchronised is as good as right. */
  private async look(): Promise<void> {
    const clock = await this.options.ask();
    if (clock.is !== 'measured' && clock.is !== 'synchronised') return;
    const isOff = isClockOff(clock);
    const detail = clock.is === 'measured' ? `${Math.round(clock.offsetMs)} ms` : clock.is;
    if (isOff !== this.isOff) this.options.tell(isOff ? 'CLOCK_OFF' : 'CLOCK_RIGHT', detail);
    this.isOff = isOff;
  }
}
