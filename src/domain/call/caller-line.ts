/**
 * What a caller hears who has no partner yet, the same whether he is queued or offered:
 *
 *     arrived --> ringing --> answering --> welcome --> music <--> told (wait-told.ts), asked (press-one.ts)
 *        +---------------------^
 *
 * Where that costs him nothing he hears all this before he is answered (early-line.ts).
 * The 180 is sent once; once answered, the phones of agents may ring on without the caller's line
 * changing. Knows nothing of offers.
 */
import type { DomainEvent, PlayEnded } from '../events';
import type { ParkedNote } from '../agent-events';
import type { Effect, LegNote } from '../effects';
import { seconds, type Instant, type Millis } from '../time';
import type { Call, CallIn } from './call';
import { answeredAtLast, mayHearEarly, soundTo } from './early-line';
import type { Welcome } from './lines';
import { messagePrompts, playIdFor, welcomePrompts } from './prompts';
import { sayTo } from './saying';
import { hearMusic, learnWait, wantWait } from './wait-told';
import { answerOf, withLine, type LineStep, type Waiting } from './waiting-line';

/** 3声接听: three rings of five seconds, then the caller is answered by us. */
export const CALLER_RINGS_MS: Millis = seconds(15);

/** A file is finished within seconds of its talk, and a note has 1 KB. */
const NOTED_TALKS = 3;

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

/** The caller waits: answered or heard early, welcomed and given music, if that has not happened before. */
export function letWait(call: Waiting, welcome: Welcome, now: Instant): LineStep {
  if (isGreetedByMenu(call) && welcome === 'all-busy') return sayBusy(call);
  const isNew = answerOf(call) === 'none' && call.early === undefined;
  if (!isNew || call.stage.line.is === 'sounding') return { next: call, effects: [] };
  return mayHearEarly(call, now) ? soundTo(call, welcome) : answerThen(call, welcome);
}

const answerThen = (call: Waiting, welcome: Welcome): LineStep => ({
  next: withLine(call, { is: 'answering', welcome }),
  effects: answerCaller(call),
});

/** Three rings are over, or the time before his answer is. */
function ringsOut(call: Waiting, now: Instant): LineStep {
  if (call.early === 'unanswered') return answerEarly(call);
  const { line } = call.stage;
  return line.is === 'sounding' ? answerThen(call, line.welcome) : letWait(call, 'rings-out', now);
}

/** 200 to a caller who hears us already. */
export const answerEarly = (call: Waiting): LineStep => ({
  next: { ...call, early: 'answering' },
  effects: answerCaller(call),
});

/** He was greeted before he chose, and knows nothing of the line yet. */
const isGreetedByMenu = ({ menu, wait, stage }: Waiting): boolean =>
  menu !== undefined && wait === undefined && stage.line.is === 'music';

function sayBusy(call: Waiting): LineStep {
  const playId = playIdFor(call.callerLegId, 'welcome');
  return {
    next: withLine(call, { is: 'welcome', playId }),
    effects: [sayTo(call, { playId, prompts: ['all-busy'], then: 'music' })],
  };
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
      ...(call.standing ? { standing: call.standing } : {}),
    },
    ...dialogueNote(call),
    ...(call.earlier.length > 0 ? { earlier: call.earlier.slice(-NOTED_TALKS) } : {}),
  },
});

/** Of who is asked or told something. */
function dialogueNote({ stage, given }: Call): Pick<LegNote, 'dialogue'> {
  const number = given === undefined ? {} : { given };
  if (stage.is === 'queued' || stage.is === 'offered')
    return stage.line.is === 'asked' ? { dialogue: { about: 'callback', ...number } } : {};
  if (stage.is !== 'announcing') return {};
  const { why: about, opensAt, promised, former, step, recordingId } = stage;
  const isSettled = step.is !== 'answering' && step.is !== 'number';
  return {
    dialogue: {
      ...{ about, ...number },
      ...(opensAt === null ? {} : { opensAt }),
      ...(promised === null ? {} : { promised }),
      ...(former.length === 0 ? {} : { former }),
      ...(isSettled ? { settled: true as const } : {}),
      ...(recordingId === null ? {} : { message: recordingId }),
    },
  };
}

const parkedNote = ({ slot, by, since, until }: CallIn<'parked'>['stage']): ParkedNote => ({
  ...{ slot, by, since, until },
});

/** Facts about the caller's leg and plays while he waits; null when the event is none of them. */
export function stepLine(call: Waiting, event: DomainEvent, now: Instant): LineStep | null {
  const { line } = call.stage;
  switch (event.type) {
    case 'timer.fired':
      if (event.timer.kind === 'caller-rings') return ringsOut(call, now);
      return event.timer.kind === 'wait-due' ? wantWait(call, now) : null;
    case 'wait.known':
      return learnWait(call, event, now);
    case 'leg.ringing':
      if (event.legId !== call.callerLegId || line.is !== 'sounding') return null;
      return event.sound
        ? welcome({ ...call, early: 'unanswered' }, line.welcome)
        : answerThen(call, line.welcome);
    case 'leg.answered':
      return event.legId === call.callerLegId ? answered(call, now) : null;
    case 'play.ended':
      if (!('playId' in line) || event.playId !== line.playId) return null;
      return hearMusic(line.is === 'welcome' ? welcomed(call, event) : call, now);
    default:
      return null;
  }
}

const welcomed = (call: Waiting, { reason }: PlayEnded): Waiting => ({
  ...call,
  noticeOwed: call.noticeOwed && reason !== 'finished',
});

function answered(call: Waiting, now: Instant): LineStep | null {
  const { line } = call.stage;
  if (line.is !== 'answering' && call.early === undefined) return null;
  const { next, effects } =
    line.is === 'answering'
      ? welcome({ ...call, answeredAt: now }, line.welcome)
      : answeredAtLast(call, now);
  return { next, effects: [callerNote(next), ...effects] };
}

function welcome(call: Waiting, kind: Welcome): LineStep {
  const playId = playIdFor(call.callerLegId, 'welcome');
  return {
    next: withLine(call, { is: 'welcome', playId }),
    effects: [
      { type: 'media.keys', callId: call.id, legId: call.callerLegId, relay: true },
      sayTo(call, {
        playId,
        prompts: [...messagePrompts(call), ...welcomePrompts(kind, call.noticeOwed)],
        then: 'music',
      }),
    ],
  };
}
