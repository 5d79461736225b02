/**
 * A question that a caller answers by the keys of his phone. Whoever asks gives the question, hands every event of the
 * call over, and takes the reply; what is asked and what the reply means is nothing to this machine.
 *
 *     asked --a key that answers, or digits and #--> replied
 *       ^ |
 *       | +--another key, or nothing for a while--> asked again, with why; at last replied: none
 *       +---------------------------------------------+
 *
 * The first key cuts what is said, and more keys than one may come at once: who knows the way need not listen.
 */
import type { Effect } from '../effects';
import type { DomainEvent, Timer } from '../events';
import type { CallId, PlayId } from '../ids';
import type { PromptKey, Spoken } from '../spoken';
import { seconds, type Instant, type Millis } from '../time';
import type { CallFacts } from './call';
import { sayTo } from './saying';

export interface Question {
  /** Stands in the ids of its plays. */
  readonly name: string;
  /** Said before it, the first time. */
  readonly first?: readonly Spoken[];
  readonly say: readonly Spoken[];
  /** One key of several; or digits, so many at least and at most, which `#` ends and `*` begins anew. */
  readonly wants:
    { readonly oneOf: string } | { readonly digits: readonly [least: number, most: number] };
  /** A key by which he hears it again. */
  readonly again?: string;
  /** Nothing pressed is an answer, too: he is not asked again for it. */
  readonly isOptional?: boolean;
  /** How often he is asked in all; 2 when left out. */
  readonly tries?: number;
  /** How long he may think once it is said, and between digits; 5 s when left out. */
  readonly patienceMs?: Millis;
}

/** A question that was asked. */
export interface Asking {
  readonly question: Question;
  readonly begunAt: Instant;
  /** How often it was said. */
  readonly said: number;
  /** Of these, how often because he wanted to hear it again. */
  readonly repeated: number;
  readonly playId: PlayId;
  /** Digits so far. */
  readonly digits: string;
}

/** `none`: he pressed nothing (`silence`), or nothing that answers it (`wrong`), as often as he was asked. */
export type Reply = { is: 'keys'; keys: string } | { is: 'none'; why: 'silence' | 'wrong' };

export interface AskStep {
  next: Asking;
  effects: Effect[];
  /** It is over: its timer is cleared, and what is being said goes on until something else is. */
  reply?: Reply;
}

const ALL_KEYS = '0123456789*#';
const TRIES = 2;
const REPEATS = 5;
const PATIENCE_MS: Millis = seconds(5);
/** A play whose end is never told keeps nobody longer than this. */
const LONGEST_SAYING_MS: Millis = seconds(60);

/** The timer by which it is noticed that no key comes. */
export const keysTimer = (callId: CallId): Timer => ({ kind: 'keys-due', callId });

/** Asks it for the first time. */
export function ask(call: CallFacts, question: Question, now: Instant): AskStep {
  const asking: Asking = {
    ...{ question, begunAt: now, said: 0, repeated: 0, playId: '', digits: '' },
  };
  return say(call, asking, question.first ?? [], now);
}

/** One event of the call; null when it is nothing to the question. */
export function stepAsking(
  call: CallFacts,
  asking: Asking,
  event: DomainEvent,
  now: Instant,
): AskStep | null {
  switch (event.type) {
    case 'key.pressed':
      return event.legId === call.callerLegId ? press(call, asking, event.key, now) : null;
    case 'play.ended':
      return event.playId === asking.playId ? wait(call, asking, now) : null;
    case 'timer.fired':
      return event.timer.kind === 'keys-due' ? due(call, asking, now) : null;
    default:
      return null;
  }
}

/** What he entered is not what is needed: he is told, and asked again, unless he was as often as he may be. */
export const refuseEntry = (call: CallFacts, asking: Asking, now: Instant): AskStep =>
  askAgain(call, asking, 'wrong', now);

function press(call: CallFacts, asking: Asking, key: string, now: Instant): AskStep {
  const { wants, again } = asking.question;
  if (key === again && asking.repeated < REPEATS) {
    const heard = { ...asking, repeated: asking.repeated + 1 };
    return say(call, heard, [], now);
  }
  if ('oneOf' in wants)
    return wants.oneOf.includes(key)
      ? replied(call, asking, { is: 'keys', keys: key })
      : askAgain(call, asking, 'wrong', now);
  if (key === '#') return entered(call, asking, now);
  const digits = key === '*' ? '' : `${asking.digits}${key}`;
  return wait(call, { ...asking, digits: digits.slice(0, wants.digits[1] + 1) }, now);
}

/** Nothing for a while. Many forget the `#`. */
const due = (call: CallFacts, asking: Asking, now: Instant): AskStep =>
  asking.digits === '' ? askAgain(call, asking, 'silence', now) : entered(call, asking, now);

function entered(call: CallFacts, asking: Asking, now: Instant): AskStep {
  const { wants } = asking.question;
  const { digits } = asking;
  const [least, most] = 'digits' in wants ? wants.digits : [1, 1];
  const fits = /^\d+$/.test(digits) && digits.length >= least && digits.length <= most;
  if (fits) return replied(call, asking, { is: 'keys', keys: digits });
  return askAgain(call, asking, digits === '' ? 'silence' : 'wrong', now);
}

const WHY: Record<'silence' | 'wrong', PromptKey> = {
  silence: 'no-entry',
  wrong: 'invalid-entry',
};

function askAgain(
  call: CallFacts,
  asking: Asking,
  why: 'silence' | 'wrong',
  now: Instant,
): AskStep {
  const { tries = TRIES, isOptional = false } = asking.question;
  const isOver = asking.said - asking.repeated >= tries || (isOptional && why === 'silence');
  return isOver
    ? replied(call, asking, { is: 'none', why })
    : say(call, { ...asking, digits: '' }, [WHY[why]], now);
}

function say(call: CallFacts, asking: Asking, first: readonly Spoken[], now: Instant): AskStep {
  const { question, begunAt, said } = asking;
  const playId = `${call.callerLegId}:${question.name}:${begunAt}-${said}`;
  const prompts = [...first, ...question.say];
  return {
    next: { ...asking, said: said + 1, playId },
    effects: [
      sayTo(call, { playId, prompts, then: 'silence', interrupt: ALL_KEYS }),
      { type: 'timer.set', timer: keysTimer(call.id), at: now + LONGEST_SAYING_MS },
    ],
  };
}

function wait(call: CallFacts, asking: Asking, now: Instant): AskStep {
  const { patienceMs = PATIENCE_MS } = asking.question;
  return {
    next: asking,
    effects: [{ type: 'timer.set', timer: keysTimer(call.id), at: now + patienceMs }],
  };
}

const replied = (call: CallFacts, asking: Asking, reply: Reply): AskStep => ({
  next: asking,
  effects: [{ type: 'timer.clear', timer: keysTimer(call.id) }],
  reply,
});
