/** A caller whose talk is over for its agent, and not for him: he waits once more. */
import type { Effect } from '../effects';
import type { AgentId, EntryId } from '../ids';
import type { PromptKey, Spoken } from '../spoken';
import type { Step } from '../step';
import type { Instant } from '../time';
import { snapshot, type Call, type CallIn } from './call';
import { leftIn } from './closing';
import { callerNote } from './caller-line';
import type { WaitingLine } from './lines';
import { messagePrompts, playIdFor, welcomePrompts } from './prompts';
import type { Route } from './routing';
import { sayTo } from './saying';

/**
 * Out of his talk and into the line of `route`, at the place of his arrival; the agent has his wrap-up.
 * What becomes of the agent's leg and of the recording is the business of who asks.
 */
export function backToQueue(
  call: CallIn<'talking'>,
  { route, entryId, inVain = false }: { route: Route; entryId: EntryId; inVain?: boolean },
  now: Instant,
): Step<Call> {
  const { recordingId, agentId } = call.stage;
  const talks = recordingId === null ? call.earlier : [...call.earlier, { recordingId, agentId }];
  const isElsewhere = route.storeId !== call.route.storeId;
  const hears = heardBy(call, isElsewhere);
  const next: CallIn<'queued'> = {
    ...call,
    route,
    ids: { ...call.ids, entryId },
    agentId: null,
    talkStartedAt: null,
    bridgedAt: null,
    wait: undefined,
    earlier: isElsewhere ? leftIn(call.route.storeId, talks) : talks,
    stage: { is: 'queued', line: hears.line },
  };
  return {
    next,
    effects: [
      { type: 'timer.clear', timer: { kind: 'overdue', callId: call.id } },
      callerNote(next),
      ...hears.effects,
      { type: 'journal.write', record: { kind: 'call.saved', call: snapshot(next) } },
      { type: 'notify', notice: { kind: 'call.updated', call: snapshot(next) } },
      inVain ? missedBy(call, agentId, now) : releaseAgent(call, agentId, now),
      {
        type: 'raise',
        event: {
          type: 'entry.joined',
          at: now,
          entryId,
          callId: call.id,
          queueId: route.queueId,
          joinedAt: call.arrivedAt,
        },
      },
    ],
  };
}

/** Whoever has no 200 yet is welcomed once he has; who was cut short in the notice is welcomed now. */
function heardBy(
  call: CallIn<'talking'>,
  isElsewhere: boolean,
): { line: WaitingLine; effects: Effect[] } {
  const { line } = call.stage;
  if (line.is === 'answering')
    return { line: { is: 'answering', welcome: 'all-busy' }, effects: [] };
  if (line.is === 'notice')
    return greeted(call, 'welcome', [
      ...messagePrompts(call),
      ...welcomePrompts('all-busy', call.noticeOwed).filter((prompt) => !knows(call, prompt)),
    ]);
  // Another store takes him: he hears whom he is with now.
  if (isElsewhere) return greeted(call, 'greeting', ['greeting']);
  return { line: { is: 'music' }, effects: [playMusic(call)] };
}

/** Before he chose from a menu he was greeted. */
const knows = ({ menu }: Call, prompt: PromptKey): boolean =>
  prompt === 'greeting' && menu !== undefined;

function greeted(
  call: Call,
  purpose: 'welcome' | 'greeting',
  prompts: Spoken[],
): { line: WaitingLine; effects: Effect[] } {
  const playId = playIdFor(call.callerLegId, purpose);
  return {
    line: { is: 'welcome', playId },
    effects: [sayTo(call, { playId, prompts, then: 'music' })],
  };
}

const playMusic = (call: Call): Effect => ({
  type: 'media.music',
  callId: call.id,
  legId: call.callerLegId,
});

/** Nobody was heard in his talk: there is nothing to wrap up, and the next call is not his at once. */
const missedBy = ({ id: callId }: Call, agentId: AgentId, at: Instant): Effect => ({
  type: 'raise',
  event: { type: 'talk.ended', at, callId, agentId, wrapUpMs: 0, inVain: true },
});

/** The agent's talk is over: wrap-up, unless it was with a colleague. */
export const releaseAgent = (call: Call, agentId: AgentId, now: Instant): Effect => ({
  type: 'raise',
  event: {
    type: 'talk.ended',
    at: now,
    callId: call.id,
    agentId,
    wrapUpMs: call.direction === 'internal' ? 0 : call.route.wrapUpMs,
  },
});
