/**
 * What a caller hears who has no partner yet, the same whether he is queued or offered:
 *
 *     arrived --> ringing --> answering --> welcome --> music
 *        +---------------------^
 *
 * The 180 is sent once; once answered, the phones of agents may ring on without the caller's line
 * changing. Knows nothing of offers.
 */
import type { DomainEvent } from '../events';
import type { ParkedNote } from '../agent-events';
import type { Effect } from '../effects';
import { seconds, type Instant, type Millis } from '../time';
import { isUnanswered, type Call, type CallIn, type WaitingLine, type Welcome } from './call';
import { playIdFor, welcomePrompts } from './prompts';
import { sayTo } from './saying';

/** 3声接听: three rings of five seconds, then the caller is answered by us. */
export const CALLER_RINGS_MS: Millis = seconds(15);

/** A file is finished within seconds of its talk, and a note has 1 KB. */
const NOTED_TALKS = 3;

type Waiting = CallIn<'queued'> | CallIn<'offered'>;
interface LineStep {
  next: Waiting;
  effects: Effect[];
}

const withLine = (call: Waiting, line: WaitingLine): Waiting =>
  call.stage.is === 'queued'
    ? { ...call, stage: { ...call.stage, line } }
    : { ...call, stage: { ...call.stage, line } };

/** A phone is going to ring for a caller who hears nothing yet: 180, at most three rings long. */
export function ringCaller(call: Call, now: Instant): Effect[] {
  return [
    { type: 'leg.ring', legId: call.callerLegId },
    { type: 'raise', event: { type: 'leg.ringing', at: now, legId: call.callerLegId } },
    {
      type: 'timer.set',
      timer: { kind: 'caller-rings', callId: call.id },
      at: call.arrivedAt + CALLER_RINGS_MS,
    },
  ];
}

/** 200 to a caller who has none yet, whatever is to be played to him afterwards. */
export const answerCaller = (call: Call): Effect[] => [
  { type: 'timer.clear', timer: { kind: 'caller-rings', callId: call.id } },
  { type: 'leg.answer', legId: call.callerLegId, callId: call.id },
];

/** The caller waits: answered, welcomed and given music, if that has not happened before. */
export function letWait(call: Waiting, welcome: Welcome): LineStep {
  if (!isUnanswered(call.stage.line)) return { next: call, effects: [] };
  return { next: withLine(call, { is: 'answering', welcome }), effects: answerCaller(call) };
}

/** The note that finds the caller's call again after a crash of the app. */
export const callerNote = (call: Call): Effect => ({
  type: 'leg.note',
  legId: call.callerLegId,
  note: {
    callId: call.id,
    legId: call.callerLegId,
    role: call.direction === 'inbound' ? 'caller' : 'outside',
    ...(call.direction === 'inbound' ? {} : { direction: call.direction }),
    ...(call.colleagueId === null ? {} : { agentId: call.colleagueId }),
    ...(call.muted.includes(call.callerLegId) ? { muted: true as const } : {}),
    queueId: call.route.queueId,
    waitingSince: call.arrivedAt,
    ...(call.stage.is === 'parked' ? { parked: parkedNote(call.stage) } : {}),
    caller: {
      from: call.from,
      to: call.to,
      hotline: call.route.hotline,
      trunkId: call.trunkId,
      ids: call.ids,
    },
    ...(call.earlier.length > 0 ? { earlier: call.earlier.slice(-NOTED_TALKS) } : {}),
  },
});

const parkedNote = ({ slot, by, since, until }: CallIn<'parked'>['stage']): ParkedNote => ({
  ...{ slot, by, since, until },
});

/** Facts about the caller's leg and plays while he waits; null when the event is none of them. */
export function stepLine(call: Waiting, event: DomainEvent, now: Instant): LineStep | null {
  const { line } = call.stage;
  switch (event.type) {
    case 'timer.fired':
      return event.timer.kind === 'caller-rings' ? letWait(call, 'rings-out') : null;
    case 'leg.answered':
      return event.legId === call.callerLegId && line.is === 'answering'
        ? welcome(call, line.welcome, now)
        : null;
    case 'play.ended':
      if (line.is !== 'welcome' || event.playId !== line.playId) return null;
      return {
        next: {
          ...withLine(call, { is: 'music' }),
          noticeOwed: call.noticeOwed && event.reason !== 'finished',
        },
        effects: [],
      };
    default:
      return null;
  }
}

function welcome(call: Waiting, kind: Welcome, now: Instant): LineStep {
  const playId = playIdFor(call.callerLegId, 'welcome');
  return {
    next: { ...withLine(call, { is: 'welcome', playId }), answeredAt: now },
    effects: [
      callerNote(call),
      sayTo(call, { playId, prompts: welcomePrompts(kind, call.noticeOwed), then: 'music' }),
    ],
  };
}
