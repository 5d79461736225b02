/** The forms of calls: they follow their calls, and are filled in. */
import { isDeskless } from '../domain/agent/open-forms';
import type { Call } from '../domain/call/call';
import type { Effect } from '../domain/effects';
import { choicesOf, formRule } from '../domain/form/choices';
import { fill, mayFill, type FillingView, type FormFilled } from '../domain/form/filling';
import { isOwed, type FormSnapshot } from '../domain/form/form';
import { followCall, type OwingView } from '../domain/form/owing';
import { followUpDaysOf } from '../domain/lead/level-clock';
import { leadRulesOf } from '../domain/lead/rules';
import type { FormFault, RawAnswers } from '../domain/form/reading';
import type { RefusalCode } from '../domain/errors';
import type { AgentId, CallId } from '../domain/ids';
import { postsAtHome } from '../domain/organisation';
import type { Instant } from '../domain/time';
import type { LiveState } from './live-state';
import type { FormDesk, MakeId, Submit } from './ports';

/** The call took a step; what comes of it for its form. */
export function followed(
  live: LiveState,
  before: Call | undefined,
  after: Call,
  at: Instant,
): Effect[] {
  const form = live.forms.get(after.id);
  const { next, effects } = followCall(form, { before, after }, owingView(live), at);
  if (next === undefined) {
    if (form) live.forms.forget(after.id);
  } else if (next !== form) live.forms.set(next);
  return effects;
}

const owingView = (live: LiveState): OwingView => ({
  rule: (queueId) => formRule(live.plan, queueId),
  talker: (agentId) => {
    const agent = live.agents.get(agentId);
    const person = live.plan.people.find(({ id }) => id === agentId);
    return {
      posts: person ? postsAtHome(person) : [],
      isDeskless: agent !== undefined && isDeskless(agent),
    };
  },
});

/** Somebody answered. */
export function filled(live: LiveState, event: FormFilled): Effect[] {
  const form = live.forms.get(event.callId) ?? event.stored;
  if (form === undefined) return [];
  const { next, effects } = fill(form, event, fillingView(live, form), event.at);
  live.forms.set(next);
  return effects;
}

function fillingView({ plan }: LiveState, { storeId }: FormSnapshot): FillingView {
  const zone = plan.stores.find(({ id }) => id === storeId)?.timezone ?? 'UTC';
  const followUpDays = followUpDaysOf(leadRulesOf(plan, storeId));
  return { choices: choicesOf(plan.forms), zone, followUpDays };
}

/** Those that keep agents from being ready, by agent. */
export function openForms(forms: readonly FormSnapshot[]): Map<AgentId, CallId[]> {
  const open = new Map<AgentId, CallId[]>();
  for (const form of forms)
    if (isOwed(form) && form.endedAt !== null)
      open.set(form.agentId, [...(open.get(form.agentId) ?? []), form.callId]);
  return open;
}

/** What people answer; judged, and submitted as facts. */
export class FormFilling implements FormDesk {
  constructor(
    private readonly live: LiveState,
    private readonly submit: Submit,
    private readonly now: () => Instant,
    private readonly makeId: MakeId,
  ) {}

  form(callId: CallId): FormSnapshot | undefined {
    return this.live.forms.get(callId);
  }

  fill(
    by: AgentId,
    raw: RawAnswers,
    stored: FormSnapshot,
  ): RefusalCode | { form: FormSnapshot; faults: FormFault[] } {
    const { live } = this;
    const { callId } = stored;
    const form = live.forms.get(callId) ?? stored;
    const taken = mayFill(form, raw, fillingView(live, form));
    if (typeof taken === 'string') return taken;
    const { answers, faults } = taken;
    const followUpId = this.makeId();
    const fact = { type: 'form.filled', at: this.now(), by, callId, answers, followUpId } as const;
    this.submit({ ...fact, stored });
    return { form: live.forms.get(callId) ?? form, faults };
  }
}
