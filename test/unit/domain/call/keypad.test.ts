import type { Call } from '../../../../src/domain/call/call';
import {
  ask,
  refuseEntry,
  stepAsking,
  type Asking,
  type Question,
} from '../../../../src/domain/call/keypad';
import type { DomainEvent } from '../../../../src/domain/events';
import { NOW } from '../events';

const call = { id: 'call', callerLegId: 'leg', route: { language: 'en' } } as unknown as Call;
const CHOICE: Question = {
  name: 'menu',
  first: ['greeting'],
  say: ['menu-sales'],
  wants: { oneOf: '12' },
};
const DIGITS: Question = { name: 'ask', say: ['number-ask'], wants: { digits: [3, 5] } };

/**
 * Asks, and answers: a key, `.` the end of what is said, `_` the timer. What comes of it: plays by their prompts, and
 * at the end the reply.
 */
function dialogue(question: Question, answers: string): string[] {
  const heard: string[] = [];
  let step = ask(call, question, NOW);
  let asking: Asking = step.next;
  const note = (): void => {
    for (const effect of step.effects)
      if (effect.type === 'media.play') heard.push(effect.prompts.join('+'));
  };
  note();
  for (const answer of answers) {
    const next = stepAsking(call, asking, eventOf(answer, asking), NOW);
    if (!next) throw new Error(`${answer} is nothing to it`);
    step = next;
    asking = next.next;
    note();
    const { reply } = step;
    if (reply) heard.push(reply.is === 'keys' ? `= ${reply.keys}` : `none: ${reply.why}`);
  }
  return heard;
}

function eventOf(answer: string, { playId }: Asking): DomainEvent {
  const about = { at: NOW, callId: 'call' };
  if (answer === '.')
    return { type: 'play.ended', ...about, legId: 'leg', playId, reason: 'finished' };
  if (answer === '_')
    return { type: 'timer.fired', at: NOW, timer: { kind: 'keys-due', callId: 'call' } };
  return { type: 'key.pressed', ...about, legId: 'leg', key: answer };
}

const FIRST = 'greeting+menu-sales';
const WRONG = 'invalid-entry+menu-sales';
const NOTHING = 'no-entry+menu-sales';

test.each([
  ['.1', [FIRST, '= 1']],
  ['2', [FIRST, '= 2']],
  ['3.2', [FIRST, WRONG, '= 2']],
  ['._1', [FIRST, NOTHING, '= 1']],
  ['._._', [FIRST, NOTHING, 'none: silence']],
  ['_9', [FIRST, NOTHING, 'none: wrong']],
])('one key of two, %s: %j', (answers, heard) => {
  expect(dialogue(CHOICE, answers)).toEqual(heard);
});

test('who presses nothing has answered what is optional', () => {
  expect(dialogue({ ...CHOICE, isOptional: true }, '._')).toEqual([FIRST, 'none: silence']);
  expect(dialogue({ ...CHOICE, isOptional: true }, '71')).toEqual([FIRST, WRONG, '= 1']);
});

test('he hears it again as often as five times, which is no mistake', () => {
  const menu = { ...CHOICE, again: '*' };
  expect(dialogue(menu, '*1')).toEqual([FIRST, 'menu-sales', '= 1']);
  const again = Array.from({ length: 5 }, () => 'menu-sales');
  expect(dialogue(menu, '******0')).toEqual([FIRST, ...again, WRONG, 'none: wrong']);
});

test('as often as is said', () => {
  expect(dialogue({ ...CHOICE, tries: 1 }, '._')).toEqual([FIRST, 'none: silence']);
  expect(dialogue({ ...CHOICE, tries: 3 }, '772')).toEqual([FIRST, WRONG, WRONG, '= 2']);
});

test.each([
  ['1234#', ['number-ask', '= 1234']],
  // Who forgets the # has it pressed for him.
  ['.123_', ['number-ask', '= 123']],
  ['99*123#', ['number-ask', '= 123']],
  ['12#123#', ['number-ask', 'invalid-entry+number-ask', '= 123']],
  ['123456#123#', ['number-ask', 'invalid-entry+number-ask', '= 123']],
  ['12345678901#', ['number-ask', 'invalid-entry+number-ask']],
  ['.#.#', ['number-ask', 'no-entry+number-ask', 'none: silence']],
  ['.__', ['number-ask', 'no-entry+number-ask', 'none: silence']],
  ['1A3#', ['number-ask', 'invalid-entry+number-ask']],
])('three digits to five, %s: %j', (answers, heard) => {
  expect(dialogue(DIGITS, answers)).toEqual(heard);
});

test('what whoever asks cannot use is asked for again, once', () => {
  const asked = ask(call, DIGITS, NOW);
  const again = refuseEntry(call, asked.next, NOW);
  expect(again.effects[0]).toMatchObject({ prompts: ['invalid-entry', 'number-ask'] });
  expect(refuseEntry(call, again.next, NOW).reply).toEqual({ is: 'none', why: 'wrong' });
});

test('it is said in the language of the call, and any key cuts it', () => {
  const [play] = ask(call, CHOICE, NOW).effects;
  expect(play).toMatchObject({ language: 'en', interrupt: '0123456789*#', then: 'silence' });
});

test('he may think for five seconds once it is said, or as long as is said; the timer goes with the answer', () => {
  const { next } = ask(call, CHOICE, NOW);
  const said = stepAsking(call, next, eventOf('.', next), NOW);
  const timer = { kind: 'keys-due', callId: 'call' };
  expect(said?.effects).toEqual([{ type: 'timer.set', timer, at: NOW + 5000 }]);
  expect(stepAsking(call, next, eventOf('1', next), NOW)?.effects).toEqual([
    { type: 'timer.clear', timer },
  ]);
  const slow = ask(call, { ...CHOICE, patienceMs: 9000 }, NOW).next;
  const slowly = stepAsking(call, slow, eventOf('.', slow), NOW)?.effects;
  expect(slowly).toEqual([{ type: 'timer.set', timer, at: NOW + 9000 }]);
});

test('keys of another leg, ends of other plays and other timers are nothing to it', () => {
  const { next } = ask(call, CHOICE, NOW);
  const key = { ...eventOf('1', next), legId: 'agent' } as DomainEvent;
  expect(stepAsking(call, next, key, NOW)).toBeNull();
  const other = { ...next, playId: 'leg:menu:0-9' };
  expect(stepAsking(call, next, eventOf('.', other), NOW)).toBeNull();
  const timer = { kind: 'overdue', callId: 'call' } as const;
  expect(stepAsking(call, next, { type: 'timer.fired', at: NOW, timer }, NOW)).toBeNull();
});
