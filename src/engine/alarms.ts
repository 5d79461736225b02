/** Alarms as they are raised: each is written down and shown, but for an end of what does not stand. */
import type { AlarmRaised } from '../domain/alarm';
import { endsOfGone } from '../domain/alarm-gone';
import type { AlarmKey } from '../domain/alarm-standing';
import type { Instant } from '../domain/time';
import type { Aggregates } from './aggregates';
import { alarmEffects } from './alarm-effects';
import type { LiveState } from './live-state';
import { StandingAlarms } from './standing-alarms';

/** See the head of this file. */
export class Alarms {
  private standing = new StandingAlarms();

  constructor(
    private readonly live: LiveState,
    private readonly to: Aggregates,
  ) {}

  restore(alarms: readonly AlarmKey[]): void {
    this.standing = new StandingAlarms(alarms);
  }

  raised(event: AlarmRaised): void {
    if (this.standing.isNews(event)) this.to.perform(alarmEffects(event), event.at);
  }

  /** Nobody watches any more what the plan has let go. */
  planApplied(at: Instant): void {
    for (const end of endsOfGone(this.standing.all(), this.live.plan, at)) this.raised(end);
  }

  of(code: AlarmRaised['code']): AlarmKey[] {
    return this.standing.of(code);
  }
}
