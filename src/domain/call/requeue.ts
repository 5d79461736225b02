/** A caller whose talk is over for its agent, and not for him: he waits once more. */
import type { Effect } from '../effects';
import type { AgentId, EntryId, PlayId } from '../ids';
import type { Step } from '../step';
import type { Instant } from '../time';
import { snapshot, type Call, type CallIn } from './call';
import { leftIn } from './closing';
import { callerNote } from './caller-line';
import { playIdFor } from './prompts';
import type { Route } from './routing';
import { sayTo } from './saying';

/**
 * Out of his talk and into the line of `route`, at the place of his arrival; the agent has his wrap-up.
 * What becomes of the agent's leg and of the recording is the business of who asks.
 */
export function backToQueue(
  call: CallIn<'talking'>,
  { route, entryId }: { route: Route; entryId: EntryId },
  now: Instant,
): Step<Call> {
  const { recordingId, agentId, line } = call.stage;
  // Whoever has no 200 yet is welcomed once he has.
  const answered = line.is !== 'answering';
  const talks = recordingId === null ? call.earlier : [...call.earlier, { recordingId, agentId }];
  const isElsewhere = route.storeId !== call.route.storeId;
  const playId = playIdFor(call.callerLegId, 'greeting');
  const greeting = { is: 'welcome' as const, playId };
  const next: CallIn<'queued'> = {
    ...call,
    route,
    ids: { ...call.ids, entryId },
    agentId: null,
    talkStartedAt: null,
    bridgedAt: null,
    wait: undefined,
    earlier: isElsewhere ? leftIn(call.route.storeId, talks) : talks,
    stage: {
      is: 'queued',
      line: !answered ? { is: 'answering', welcome: 'all-busy' } : isElsewhere ? greeting : MUSIC,
    },
  };
  return {
    next,
    effects: [
      { type: 'timer.clear', timer: { kind: 'overdue', callId: call.id } },
      callerNote(next),
      ...(!answered ? [] : [isElsewhere ? greet(call, playId) : playMusic(call)]),
      { type: 'journal.write', record: { kind: 'call.saved', call: snapshot(next) } },
      { type: 'notify', notice: { kind: 'call.updated', call: snapshot(next) } },
      releaseAgent(call, agentId, now),
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

const MUSIC = { is: 'music' } as const;

/** Another store takes him: he hears whom he is with now. */
const greet = (call: Call, playId: PlayId): Effect =>
  sayTo(call, { playId, prompts: ['greeting'], then: 'music' });

const playMusic = (call: Call): Effect => ({
  type: 'media.music',
  callId: call.id,
  legId: call.callerLegId,
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
