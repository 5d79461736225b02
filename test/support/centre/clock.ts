import type { Submit } from '../../../src/engine/ports';
import type { Clock } from '../../../src/engine/ports';
import { timerName } from '../../../src/engine/clock';
import type { Timer } from '../../../src/domain/events';
import type { Instant } from '../../../src/domain/time';

/** 2026-03-01T01:00:00Z, a working morning in Beijing. */
export const MORNING: Instant = Date.UTC(2026, 2, 1, 1, 0, 0);

/** A clock that moves only when a test moves it; timers fire in the order of their times. */
export class FakeClock implements Clock {
  private time = MORNING;
  private readonly timers = new Map<string, { timer: Timer; at: Instant; order: number }>();
  private order = 0;

  constructor(private readonly submit: Submit) {}

  now(): Instant {
    return this.time;
  }

  set(timer: Timer, at: Instant): void {
    this.timers.set(timerName(timer), { timer, at, order: this.order++ });
  }

  clear(timer: Timer): void {
    this.timers.delete(timerName(timer));
  }

  /** The app that armed them is gone. */
  clearAll(): void {
    this.timers.clear();
  }

  /** Names of the timers that are armed. */
  armed(): string[] {
    return [...this.timers.keys()];
  }

  /** When the next timer is due; null without any. */
  next(): Instant | null {
    return this.earliest()?.at ?? null;
  }

  advance(ms: number): void {
    const until = this.time + ms;
    for (let due = this.earliest(); due && due.at <= until; due = this.earliest()) {
      this.time = Math.max(this.time, due.at);
      this.timers.delete(timerName(due.timer));
      this.submit({ type: 'timer.fired', at: this.time, timer: due.timer });
    }
    this.time = until;
  }

  private earliest() {
    return [...this.timers.values()].sort((a, b) => a.at - b.at || a.order - b.order)[0];
  }
}
