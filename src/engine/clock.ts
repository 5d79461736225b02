/**
 * The real clock: the wall's time, and timers by name that come back as `timer.fired`. A timer set
 * again under its name replaces the earlier one.
 */
import type { TimerFired, Timer } from '../domain/events';
import type { Instant } from '../domain/time';
import type { Clock } from './ports';

/** Node's timers take at most this; a later moment is reached in steps. */
const LONGEST_MS = 2 ** 31 - 1;

/** Armed timers keep the process alive until they fire or `close` is called. */
export class SystemClock implements Clock {
  private readonly timers = new Map<string, NodeJS.Timeout>();

  constructor(private readonly fired: (event: TimerFired) => void) {}

  now(): Instant {
    return Date.now();
  }

  set(timer: Timer, at: Instant): void {
    const name = timerName(timer);
    clearTimeout(this.timers.get(name));
    const wait = Math.min(Math.max(0, at - this.now()), LONGEST_MS);
    this.timers.set(
      name,
      setTimeout(() => this.reach(timer, name, at), wait),
    );
  }

  clear(timer: Timer): void {
    const name = timerName(timer);
    clearTimeout(this.timers.get(name));
    this.timers.delete(name);
  }

  /** Forgets every timer, so that the process can end. */
  close(): void {
    for (const timeout of this.timers.values()) clearTimeout(timeout);
    this.timers.clear();
  }

  /** Node may fire a millisecond early; the domain never sees a timer before its time. */
  private reach(timer: Timer, name: string, at: Instant): void {
    if (this.now() < at) return this.set(timer, at);
    this.timers.delete(name);
    this.fired({ type: 'timer.fired', at: this.now(), timer });
  }
}

/** The name under which a timer is found again. */
export function timerName(timer: Timer): string {
  switch (timer.kind) {
    case 'offer-receipt':
    case 'offer-ring':
      return `${timer.kind}/${timer.callId}/${timer.offerId}`;
    case 'caller-rings':
    case 'calling':
    case 'park-limit':
    case 'seat-code':
    case 'test-call':
    case 'overdue':
    case 'lookup-again':
    case 'attempt-lease':
    case 'line-clear':
    case 'keys-due':
    case 'wait-due':
      return `${timer.kind}/${timer.callId}`;
    case 'promise-due':
      return `${timer.kind}/${timer.promiseId}`;
    case 'attempts-lost':
      return timer.kind;
    case 'test-due':
      return `${timer.kind}/${timer.hotline}`;
    case 'queue-due':
      return `${timer.kind}/${timer.queueId}`;
    case 'wrap-up':
    case 'agent-rest':
    case 'desktop-grace':
    case 'nailed-again':
      return `${timer.kind}/${timer.agentId}`;
  }
}
