/** Test calls of hotlines: when each is due by the plan, our end of those that have come, and what they came to. */
import { afterTest, testEffects, type HotlineTested } from '../domain/hotline/test-result';
import {
  testAnswered,
  testBegins,
  testKey,
  testOver,
  type TestArrived,
  type TestCall,
} from '../domain/hotline/test-call';
import type { DomainEvent } from '../domain/events';
import type { CallId } from '../domain/ids';
import { seconds, type Instant } from '../domain/time';
import type { Aggregates } from './aggregates';
import type { LiveState } from './live-state';
import { hotlineViewOf } from './views';

/** After a start, or a new plan. One after the other, so that they do not take each other for load. */
const FIRST_MS = seconds(60);
const APART_MS = seconds(15);
const MINUTE_MS = seconds(60);

/** See the head of this file; their legs are those of no call. */
export class TestCalls {
  private readonly calls = new Map<CallId, TestCall>();
  private planned = new Set<string>();

  constructor(
    private readonly live: LiveState,
    private readonly to: Aggregates,
  ) {}

  /** True when the event is about one of these calls, and has been seen to. */
  takes(event: DomainEvent): boolean {
    if (event.type === 'timer.fired') {
      const { timer } = event;
      if (timer.kind === 'test-due') this.due(timer.hotline, event.at);
      else if (timer.kind === 'test-call') this.end(this.calls.get(timer.callId), event.at);
      return timer.kind === 'test-due' || timer.kind === 'test-call';
    }
    if (this.calls.size === 0 || !('legId' in event)) return false;
    const call = [...this.calls.values()].find(({ legId }) => legId === event.legId);
    if (call) this.step(call, event);
    return call !== undefined;
  }

  /** The plan says which are tested, and how often. */
  applyPlan(at: Instant): void {
    const before = this.planned;
    const tested = this.live.plan.hotlines.filter(({ testCallMinutes = 0 }) => testCallMinutes > 0);
    this.planned = new Set(tested.map(({ number }) => number));
    for (const hotline of before)
      if (!this.planned.has(hotline))
        this.to.perform([{ type: 'timer.clear', timer: { kind: 'test-due', hotline } }], at);
    for (const [n, { number: hotline }] of tested.entries())
      if (!before.has(hotline)) this.arm(hotline, at + FIRST_MS + n * APART_MS, at);
  }

  /** Now, also one that the plan does not test. */
  order(hotline: string, at: Instant): void {
    const language = this.live.routes.get(hotline)?.language;
    this.to.perform([{ type: 'hotline.test', hotline, language }], at);
  }

  arrive({ callId, legId, hotline, unusable, at }: TestArrived): void {
    const route = this.live.routes.get(hotline);
    if (!route || unusable) {
      const cause = unusable ?? 'unknown-number';
      return this.to.perform([{ type: 'leg.refuse', legId, cause }], at);
    }
    const call: TestCall = { callId, legId, language: route.language, stage: 'answering' };
    this.calls.set(callId, call);
    this.to.perform(testBegins(call, at), at);
  }

  /** One that has left the plan meanwhile is nobody's. */
  tested(event: HotlineTested): void {
    const { live } = this;
    if (!live.routes.has(event.hotline)) return;
    const before = live.tests.get(event.hotline);
    const after = afterTest(before, event);
    live.tests.set(event.hotline, after);
    const view = hotlineViewOf(live, event.hotline, event.at);
    if (view) this.to.perform(testEffects(before, after, view), event.at);
  }

  private due(hotline: string, at: Instant): void {
    const planned = this.live.plan.hotlines.find(({ number }) => number === hotline);
    const { testCallMinutes = 0 } = planned ?? {};
    if (testCallMinutes === 0) return;
    this.arm(hotline, at + testCallMinutes * MINUTE_MS, at);
    this.order(hotline, at);
  }

  private arm(hotline: string, when: Instant, at: Instant): void {
    const timer = { kind: 'test-due', hotline } as const;
    this.to.perform([{ type: 'timer.set', timer, at: when }], at);
  }

  private step(call: TestCall, event: DomainEvent): void {
    if (event.type === 'leg.ended') return this.end(call, event.at);
    const { next, effects } =
      event.type === 'leg.answered'
        ? testAnswered(call)
        : event.type === 'key.pressed'
          ? testKey(call)
          : { next: call, effects: [] };
    this.calls.set(next.callId, next);
    this.to.perform(effects, event.at);
  }

  private end(call: TestCall | undefined, at: Instant): void {
    if (!call) return;
    this.calls.delete(call.callId);
    this.to.perform(testOver(call), at);
  }
}
