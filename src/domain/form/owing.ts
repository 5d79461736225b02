/** Decides when a call has a form, whose it is, and when it stands in his way: after the talk, not in it. */
import type { Call } from '../call/call';
import { wasJoined } from '../call/holding';
import type { Effect } from '../effects';
import type { AgentId, QueueId } from '../ids';
import { TELEMARKETERS, type Post } from '../organisation';
import type { Step } from '../step';
import type { Instant } from '../time';
import type { FormRule } from './choices';
import { formTold } from './filling';
import { takenBy } from './follow-up';
import { isOwed, NO_ANSWERS, type FormSnapshot } from './form';

/** What is known of who has the talk. */
export interface Talker {
  /** What he holds in his store; of a person whom the plan has no more nothing. */
  posts: readonly Post[];
  /** He works by his phone alone. */
  isDeskless: boolean;
}

export interface OwingView {
  rule: (queueId: QueueId) => FormRule;
  talker: (agentId: AgentId) => Talker;
}

/** The call's form after a step of the call; `before` is undefined of one that was found again. */
export function followCall(
  form: FormSnapshot | undefined,
  { before, after }: { before: Call | undefined; after: Call },
  view: OwingView,
  now: Instant,
): Step<FormSnapshot | undefined> {
  const ofTalk = isInVain(before, after) ? given(form) : talked(form, after, view, now);
  if (ofTalk === undefined) return { next: undefined, effects: [] };
  const isOver = after.outcome !== null && (before?.outcome ?? null) === null;
  // Who is asked how he was served has no talk any more, though the call goes on.
  const isRated = after.stage.is === 'rating' && before?.stage.is !== 'rating';
  const next = isOver || isRated ? { ...ofTalk, endedAt: endOf(after) } : ofTalk;
  const isDone =
    isOver || isRated || (after.stage.is === 'forwarded' && before?.stage.is !== 'forwarded');
  // Of a talk that begins nothing is written yet: should the app fall, its call is found again, and this with it.
  const isNews = isOver || isRated || (form !== undefined && next !== form);
  return { next, effects: [...(isNews ? formTold(next) : []), ...(isDone ? owed(next, now) : [])] };
}

/** Its agent hung up before he and his caller heard each other. */
const isInVain = (before: Call | undefined, { stage }: Call): boolean =>
  before?.stage.is === 'talking' &&
  !wasJoined({ ...before, stage: before.stage }) &&
  stage.is === 'queued';

/** Nobody's who has heard nothing: again his who had the talk before, if there was one. */
function given(form: FormSnapshot | undefined): FormSnapshot | undefined {
  const agentId = form?.earlier.at(-1);
  return form && agentId !== undefined
    ? { ...form, agentId, earlier: form.earlier.slice(0, -1) }
    : undefined;
}

const endOf = ({ endedAt, stage }: Call): Instant | null =>
  endedAt ?? (stage.is === 'rating' ? stage.talkEndedAt : null);

/** Begun with a talk, or moved with it to who has it now. */
function talked(
  form: FormSnapshot | undefined,
  call: Call,
  { rule, talker }: OwingView,
  now: Instant,
): FormSnapshot | undefined {
  const { agentId, direction, route } = call;
  if (agentId === null || call.talkStartedAt === null || form?.agentId === agentId) return form;
  if (direction === 'internal' || call.emergency) return form;
  const rules = rule(route.queueId);
  const { posts, isDeskless } = talker(agentId);
  const isSelling = posts.some((post) => TELEMARKETERS.includes(post));
  if (rules === 'none' || (direction === 'outbound' && !isSelling)) return form;
  const its = {
    agentId,
    ...{ storeId: route.storeId, queueId: route.queueId },
    ...{ required: rules === 'required', falls: isDeskless },
  };
  if (form === undefined)
    return {
      ...{ callId: call.id, direction, earlier: [], ...its, ...NO_ANSWERS },
      ...{ arrivedAt: call.arrivedAt, endedAt: null, state: 'unclassified' },
      ...{ filledBy: null, filledAt: null, followUp: null },
    };
  const { followUp } = form;
  const isTaken = posts.includes('after-sales') && followUp !== null;
  const earlier = [...form.earlier.filter((id) => id !== agentId), form.agentId];
  return {
    ...form,
    ...its,
    earlier,
    followUp: isTaken ? takenBy(followUp, agentId, now) : followUp,
  };
}

function owed(form: FormSnapshot, at: Instant): Effect[] {
  const { callId, agentId } = form;
  return isOwed(form) ? [{ type: 'raise', event: { type: 'form.owed', at, callId, agentId } }] : [];
}
