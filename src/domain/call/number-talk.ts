/**
 * By which number a caller is called back: the one that he has is read to him, and he may give another; who withholds
 * his enters one.
 *
 *     known ------> read to him --1--> given
 *                    ^   |     --2--> asked for
 *     withheld --> asked for, by keys --> is one? read to him
 *
 * What he typed himself and heard again stands when he says nothing to it; with the number that he came with, that is
 * for who asks to decide.
 */
import type { Effect } from '../effects';
import type { DomainEvent } from '../events';
import { enteredNumber, readBack, USUAL_NUMBERING } from '../number/entered';
import type { Spoken } from '../spoken';
import type { Instant } from '../time';
import { calledBackAt, type Call, type CallFacts } from './call';
import { ask, refuseEntry, stepAsking, type Asking, type AskStep, type Question } from './keypad';

export interface NumberTalk {
  readonly asking: Asking;
  /** The one that was read to him; `''` while he is asked for one. */
  readonly number: string;
  /** He keyed it in. */
  readonly isEntered: boolean;
  /** How often he was asked for one. */
  readonly asked: number;
}

/** `unconfirmed`: he did not say whether it is his, and it is the one that he came with. `none`: he gave none. */
export type NumberReply = { is: 'number' | 'unconfirmed'; number: string } | { is: 'none' };

export interface NumberStep {
  next: NumberTalk | null;
  effects: Effect[];
  reply?: NumberReply;
}

/** A number has more digits nowhere (ITU-T E.164 §6.2.1), with `00` or another prefix before it. */
const DIGITS = [3, 20] as const;
/** With the last of so many he keeps it: nobody holds a line by keying in numbers for ever. */
const MOST_ASKED = 3;

/** Asks, after `first`. A number that cannot be read stands as it is. */
export function askNumber(call: CallFacts, first: readonly Spoken[], now: Instant): NumberStep {
  const number = calledBackAt(call);
  if (number === '') return askForOne(call, 1, first, now);
  const isEntered = call.given !== undefined;
  return read(call, { number, isEntered, asked: 0 }, first, now);
}

/** One event of the call; null when it is nothing to this. */
export function stepNumber(
  call: Call,
  talk: NumberTalk,
  event: DomainEvent,
  now: Instant,
): NumberStep | null {
  const step = stepAsking(call, talk.asking, event, now);
  return step && after(call, talk, step, now);
}

function after(call: Call, talk: NumberTalk, step: AskStep, now: Instant): NumberStep {
  const { next, effects, reply } = step;
  if (!reply) return { next: { ...talk, asking: next }, effects };
  const followedBy = (then: NumberStep): NumberStep => ({
    ...then,
    effects: [...effects, ...then.effects],
  });
  if (talk.number === '')
    return followedBy(
      reply.is === 'none' ? given({ is: 'none' }) : taken(call, talk, reply.keys, now),
    );
  if (reply.is === 'keys' && reply.keys === '2' && talk.asked < MOST_ASKED)
    return followedBy(askForOne(call, talk.asked + 1, [], now));
  const isSaid = reply.is === 'keys' || talk.isEntered;
  return followedBy(given({ is: isSaid ? 'number' : 'unconfirmed', number: talk.number }));
}

const given = (reply: NumberReply): NumberStep => ({ next: null, effects: [], reply });

/** What he keyed in: read to him if it can be a number, else he tries once more. */
function taken(call: Call, talk: NumberTalk, digits: string, now: Instant): NumberStep {
  const number = enteredNumber(digits, call.route.numbering ?? USUAL_NUMBERING);
  if (number !== null) return read(call, { number, isEntered: true, asked: talk.asked }, [], now);
  return after(call, talk, refuseEntry(call, talk.asking, now), now);
}

function read(
  call: CallFacts,
  { number, isEntered, asked }: Omit<NumberTalk, 'asking'>,
  first: readonly Spoken[],
  now: Instant,
): NumberStep {
  const digits = readBack(number);
  if (digits === null) return given({ is: 'number', number });
  const question: Question = {
    ...{ name: 'number', first },
    say: ['number-confirm-before', { digits }, 'number-confirm'],
    ...{ wants: { oneOf: '12' }, isOptional: true },
  };
  const { next, effects } = ask(call, question, now);
  return { next: { asking: next, number, isEntered, asked }, effects };
}

function askForOne(
  call: CallFacts,
  asked: number,
  first: readonly Spoken[],
  now: Instant,
): NumberStep {
  const question: Question = {
    ...{ name: 'ask', first, say: ['number-ask'], wants: { digits: DIGITS } },
  };
  const { next, effects } = ask(call, question, now);
  return { next: { asking: next, number: '', isEntered: false, asked }, effects };
}
