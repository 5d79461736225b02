/**
 * Who is there by the plan: agents come, change and go with it, and those of a former life are what they were when
 * the first plan names them.
 */
import { agentView, type Agent, type AgentPhone } from '../domain/agent/agent';
import { restoreForms } from '../domain/agent/open-forms';
import { applyPlan, restoreIntent, seatPhone } from '../domain/agent/roster';
import { seatIn } from '../domain/agent/seat';
import { resumeDay, type DaySoFar } from '../domain/agent/workday';
import type { PlanApplied } from '../domain/events';
import type { AgentId, CallId } from '../domain/ids';
import type { AgentSnapshot } from '../domain/records';
import { stay } from '../domain/step';
import type { Instant } from '../domain/time';
import type { Aggregates } from './aggregates';
import type { LiveState } from './live-state';

/** See the head of this file. */
export class Roster {
  /** What agents wanted before the start, until a plan names them. */
  private readonly restored = new Map<AgentId, AgentSnapshot>();
  private readonly workBefore = new Map<AgentId, DaySoFar>();
  private formsBefore: ReadonlyMap<AgentId, readonly CallId[]> = new Map();

  constructor(
    private readonly live: LiveState,
    private readonly to: Aggregates,
  ) {}

  restore(
    agents: readonly AgentSnapshot[],
    work: readonly DaySoFar[],
    forms: ReadonlyMap<AgentId, readonly CallId[]>,
  ): void {
    this.formsBefore = forms;
    for (const agent of agents) this.restored.set(agent.id, agent);
    for (const day of work) this.workBefore.set(day.id, day);
  }

  applyPlan(event: PlanApplied): void {
    const { live } = this;
    live.setPlan(event.plan);
    for (const { agent, sign } of applyPlan(live.agents, event.plan, event.at)) {
      const isNew = !live.agents.has(agent.id);
      const wanted = this.restored.get(agent.id);
      this.restored.delete(agent.id);
      const resumed = this.withDay(agent, event.at);
      const { next, effects } = wanted
        ? restoreIntent(resumed, wanted, this.seatOf(wanted, event), event.at)
        : stay(resumed);
      live.setAgent(next);
      this.to.perform(effects, event.at);
      if (isNew) this.withForms(next, event.at);
      const { id: agentId } = agent;
      this.tellAgent(agentId, event.at);
      // His own leg follows what the plan says of his phones, and who was at work before the start.
      this.to.agent(agentId, event);
      if (sign === 'out')
        this.to.agent(agentId, { type: 'agent.signed-out', at: event.at, agentId });
      if (sign !== 'in' || wanted) continue;
      this.to.agent(agentId, { type: 'agent.signed-in', at: event.at, agentId });
      this.to.agent(agentId, { type: 'agent.readied', at: event.at, agentId });
    }
  }

  /** What he owed before the start he owes now. */
  private withForms(agent: Agent, at: Instant): void {
    const forms = this.formsBefore.get(agent.id);
    if (!forms) return;
    const { next, effects } = restoreForms(agent, forms, at);
    this.live.setAgent(next);
    this.to.perform(effects, at);
  }

  private withDay(agent: Agent, at: Instant): Agent {
    const work = this.workBefore.get(agent.id);
    this.workBefore.delete(agent.id);
    return work ? resumeDay(agent, work, at) : agent;
  }

  /** Where he sat before the start, if the plan still has that seat. */
  private seatOf({ seat }: AgentSnapshot, { plan, at }: PlanApplied): AgentPhone | undefined {
    const phone = seatIn(plan, seat ?? null);
    return phone && seatPhone(phone, this.live.phoneLosses.get(phone.id), at);
  }

  /** Name, queues or phones may have changed; the board shows the agent as the plan has him. */
  private tellAgent(agentId: AgentId, at: Instant): void {
    const agent = this.live.agents.get(agentId);
    if (!agent || agent.retired) return;
    const notice = { kind: 'agent.updated', agent: agentView(agent) } as const;
    this.to.perform([{ type: 'notify', notice }], at);
  }
}
