/**
 * Who has not told what came of a call takes no other one (A06): he may end his wrap-up only with its form complete,
 * and when that takes longer than its limit he is not ready. Who works by his phone alone goes on.
 */
import type { FormOwed, FormSettled } from '../raised-events';
import type { AgentIntent } from '../records';
import { stay, type Step } from '../step';
import type { Instant } from '../time';
import { notify, type Agent } from './agent';
import { saveIntent, settle } from './intent';

/** The reason shown to him and to who oversees him. */
export const WRAP_UP_OVERDUE: AgentIntent = { is: 'not-ready', reason: 'wrap-up overdue' };

/** Has he no desktop to fill in a form with? */
export const isDeskless = ({ phones, byPhone, desktop }: Agent): boolean =>
  (byPhone && desktop.is === 'none') || phones.some(({ autoReady }) => autoReady);

/** Does a form keep him from being ready? */
export const owesForm = (agent: Agent): boolean => agent.openForms.length > 0 && !isDeskless(agent);

/** One more, or one less. Who is idle already is left in peace: his caller went on without him, and then left. */
export function stepForms(agent: Agent, { type, callId }: FormOwed | FormSettled): Step<Agent> {
  const has = agent.openForms.includes(callId);
  if (has === (type === 'form.owed')) return stay(agent);
  const openForms = has
    ? agent.openForms.filter((id) => id !== callId)
    : [...agent.openForms, callId];
  const next = { ...agent, openForms };
  return { next, effects: [notify(next)] };
}

/** What he wants from now on, being done with what he did. */
export function settleWithForms(agent: Agent, now: Instant): Step<Agent> {
  const next = settle(agent, now);
  if (next.intent.is !== 'ready' || !owesForm(next)) return { next, effects: [] };
  const overdue = { ...next, intent: WRAP_UP_OVERDUE, intentSince: now };
  return { next: overdue, effects: [saveIntent(overdue, now)] };
}

/** After a restart: what he owed then he owes now, at once if he has no wrap-up any more. */
export function restoreForms(
  agent: Agent,
  openForms: Agent['openForms'],
  now: Instant,
): Step<Agent> {
  const next = { ...agent, openForms };
  return next.activity.is === 'wrap-up' ? stay(next) : settleWithForms(next, now);
}
