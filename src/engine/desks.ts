/**
 * Desktops as push tells of them: which pages of whom are connected, also of people who become agents later, and
 * whether many of them are gone by a fault of ours. What follows for one agent is decided in his machine.
 */
import type { AlarmKey } from '../domain/alarm-standing';
import type { DesktopConnected, DesktopLost } from '../domain/agent-events';
import {
  afterGrace,
  afterLoss,
  afterReturn,
  type Outage,
  type OutageStep,
} from '../domain/agent/desktop-outage';
import type { TimerFired } from '../domain/events';
import type { AgentId, DesktopId } from '../domain/ids';
import type { Instant } from '../domain/time';
import type { Aggregates } from './aggregates';
import type { LiveState } from './live-state';

/** See the head of this file. */
export class Desks {
  private readonly open = new Map<AgentId, Set<DesktopId>>();
  private outage: Outage | null = null;

  constructor(
    private readonly live: LiveState,
    private readonly to: Aggregates,
  ) {}

  connected(event: DesktopConnected): void {
    const { agentId, desktopId, at } = event;
    this.open.set(agentId, (this.open.get(agentId) ?? new Set()).add(desktopId));
    this.to.agent(agentId, event);
    this.take(afterReturn(this.outage, this.live.agents.values(), at), at);
  }

  lost(event: DesktopLost): void {
    const { agentId, desktopId, at } = event;
    const tabs = this.open.get(agentId);
    tabs?.delete(desktopId);
    if (tabs?.size === 0) this.open.delete(agentId);
    const before = this.live.agents.get(agentId)?.desktop.is;
    this.to.agent(agentId, event);
    const isLost = this.live.agents.get(agentId)?.desktop.is === 'lost';
    if (!isLost || before === 'lost') return;
    this.take(afterLoss(this.outage, this.live.agents.values(), at), at);
  }

  /** What was told in a former life of desktops that went stands until enough of them are here. */
  restore(told: readonly AlarmKey[], at: Instant): void {
    const stores = told.flatMap(({ storeId }) => storeId ?? []);
    this.outage = stores.length > 0 ? { since: at, stores } : null;
  }

  /** His grace runs out, unless the fault is ours. */
  graceOver(event: TimerFired, agentId: AgentId): void {
    const { live } = this;
    const agent = live.agents.get(agentId);
    if (!agent) return;
    const { at } = event;
    const step = afterGrace(this.outage, { agent, agents: live.agents.values() }, at);
    this.take(step, at);
    if (!step.await.includes(agentId)) this.to.agent(agentId, event);
  }

  /** Who has just become an agent may have had his desktop open before. */
  planApplied(at: Instant): void {
    for (const [agentId, tabs] of this.open)
      if (this.live.agents.get(agentId)?.desktop.is === 'none')
        for (const desktopId of tabs)
          this.to.agent(agentId, { type: 'desktop.connected', at, agentId, desktopId });
    // Those who were away may be no agents any more, or have gone home while no app was there.
    this.take(afterReturn(this.outage, this.live.agents.values(), at), at);
  }

  private take({ outage, await: awaited, alarms }: OutageStep, at: Instant): void {
    this.outage = outage;
    this.to.raised.push(...alarms);
    for (const agentId of awaited) this.to.agent(agentId, { type: 'desktop.awaited', at, agentId });
  }
}
