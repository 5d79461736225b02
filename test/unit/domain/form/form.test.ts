import { choicesOf, DISPOSITIONS, formRule, SOURCES } from '../../../../src/domain/form/choices';
import { fill, mayFill, type FillingView } from '../../../../src/domain/form/filling';
import { missingIn, NO_ANSWERS, type FormSnapshot } from '../../../../src/domain/form/form';
import { followUpDaysOf } from '../../../../src/domain/lead/level-clock';
import { DEFAULT_LEAD_RULES, withSaid } from '../../../../src/domain/lead/rules';
import { mayAnswer } from '../../../../src/domain/form/whose';
import type { Plan, PlanQueue, Post } from '../../../../src/domain/plan';
import { person } from '../../../support/two-stores';
import { aForm, NINE } from '../../../support/records';

const VIEW: FillingView = {
  ...{ choices: choicesOf(undefined), zone: 'Asia/Shanghai' },
  followUpDays: followUpDaysOf(DEFAULT_LEAD_RULES),
};
const SALE = { kind: 'pre-sale', level: 'H', source: 'web', disposition: 'invited' } as const;
const SERVICE = { kind: 'after-sale', disposition: 'handed-over' } as const;
/** 23:59:59.999 in Beijing on the day of `NINE`. */
const MIDNIGHT = Date.UTC(2026, 2, 2, 15, 59, 59, 999);
const DAY_MS = 86_400_000;

const filledWith = (answers: object, form = aForm(), at = NINE + 70_000) =>
  fill(
    form,
    { type: 'form.filled', at, by: 'wang', callId: form.callId, answers, followUpId: 'f-1' },
    VIEW,
    at,
  );
const complete = (parts: Partial<FormSnapshot> = {}): FormSnapshot => ({
  ...filledWith(SALE, aForm(parts)).next,
});

test.each([
  ['A06: nothing is said', {}, ['kind', 'disposition']],
  ['A06: all but the kind', { level: 'H', source: 'web', disposition: 'answered' }, ['kind']],
  ['A08: a pre-sale call without a level', { ...SALE, level: null }, ['level']],
  ['A08: a pre-sale call without a source', { ...SALE, source: null }, ['source']],
  ['A08: a pre-sale call without both', { kind: 'pre-sale' }, ['level', 'source', 'disposition']],
  ['a pre-sale call with everything', SALE, []],
  ['an after-sale call without what came of it', { kind: 'after-sale' }, ['disposition']],
  ['an after-sale call needs neither level nor source', SERVICE, []],
])('%s: missing %j', (_what, answers, missing) => {
  expect(missingIn({ ...NO_ANSWERS, ...answers } as FormSnapshot)).toEqual(missing);
});

test.each([
  ['a level that there is not', { level: 'X', note: 'long' }, { note: 'long' }, ['level']],
  ['a source that there is not', { source: 'tv', level: 'A' }, { level: 'A' }, ['source']],
  ['a kind that there is not', { kind: 'x', level: 'A' }, { level: 'A' }, ['kind']],
  [
    'what people call it',
    { kind: '售前', level: 'H级', source: '网站' },
    { kind: 'pre-sale', level: 'H', source: 'web' },
    [],
  ],
  ['what is emptied', { level: null }, { level: null }, []],
  [
    'what cannot come of a call of that kind',
    { kind: 'after-sale', disposition: 'deal' },
    { kind: 'after-sale', disposition: null },
    ['disposition'],
  ],
])('%s takes no other answer with it', (_what, raw, answers, faults) => {
  const taken = mayFill(aForm(), raw, VIEW);
  if (typeof taken === 'string') throw new Error(taken);
  expect(taken.answers).toEqual(answers);
  expect(taken.faults.map(({ field }) => field)).toEqual(faults);
});

test('a draft is kept as it is, said once more it is the same', () => {
  const { next, effects } = filledWith({ kind: 'pre-sale', note: 'red' });
  expect(next).toMatchObject({
    state: 'unclassified',
    kind: 'pre-sale',
    note: 'red',
    followUp: null,
  });
  expect(effects.map(({ type }) => type)).toEqual(['journal.write', 'notify']);
  expect(filledWith({ kind: 'pre-sale', note: 'red' }, next)).toEqual({ next, effects: [] });
});

test('what completes it lets its agent go; what corrects it is noted, and may not leave a hole', () => {
  const raised = filledWith(SALE).effects.flatMap((one) =>
    one.type === 'raise' ? [one.event] : [],
  );
  expect(raised).toMatchObject([{ type: 'form.settled', agentId: 'wang' }]);
  const done = complete();
  expect(mayFill(done, { level: null }, VIEW)).toBe('FORM_INCOMPLETE');
  expect(mayFill(done, { kind: 'after-sale' }, VIEW)).toBe('FORM_INCOMPLETE');
  const { next, effects } = filledWith({ level: 'C' }, done);
  expect(next).toMatchObject({ state: 'complete', level: 'C' });
  expect(effects).toContainEqual({
    type: 'journal.write',
    record: { kind: 'audit.noted', who: 'wang', what: 'form.corrected', subject: done.callId },
  });
});

describe('what is owed afterwards', () => {
  test.each<[string, Partial<FormSnapshot>, object, string | null, number]>([
    ['A05: a pre-sale caller until the end of that day', {}, SALE, 'sales', 0],
    ['A05: also one whose matter is over', {}, { ...SALE, disposition: 'deal' }, 'sales', 0],
    ['A05: one of a minute before midnight', { arrivedAt: MIDNIGHT - 60_000 }, SALE, 'sales', 0],
    ['A05: one of a minute after it', { arrivedAt: MIDNIGHT + 60_000 }, SALE, 'sales', 1],
    ['A07: an after-sale caller, by after-sales', {}, SERVICE, 'after-sales', 0],
    ['Q01: level H called again, after 1 day', { direction: 'outbound' }, SALE, 'sales', 1],
    ['Q01: level A', { direction: 'outbound' }, { ...SALE, level: 'A' }, 'sales', 3],
    ['Q01: level B', { direction: 'outbound' }, { ...SALE, level: 'B' }, 'sales', 7],
    ['Q01: level C', { direction: 'outbound' }, { ...SALE, level: 'C' }, 'sales', 15],
    ['defeat ends it', { direction: 'outbound' }, { ...SALE, disposition: 'defeat' }, null, 0],
  ])('%s', (_what, parts, answers, department, days) => {
    const { followUp } = filledWith(answers, aForm(parts)).next;
    expect(followUp?.department ?? null).toBe(department);
    if (department !== null)
      expect(followUp).toMatchObject({ dueAt: MIDNIGHT + days * DAY_MS, state: 'open', id: 'f-1' });
  });

  test('an evening of another zone is another day', () => {
    const form = aForm({ arrivedAt: MIDNIGHT - 1000 });
    const event = { type: 'form.filled', at: NINE, by: 'wang', callId: form.callId } as const;
    const fact = { ...event, answers: SALE, followUpId: 'f-1' };
    expect(fill(form, fact, { ...VIEW, zone: 'UTC' }, NINE).next.followUp?.dueAt).toBe(
      Date.UTC(2026, 2, 2, 23, 59, 59, 999),
    );
  });

  test('the days are those of the store: Q01 is only what holds when it says nothing', () => {
    const said = { firstFollowUpDays: 1, levels: { B: { followUpDays: 2 } } };
    const view = { ...VIEW, followUpDays: followUpDaysOf(withSaid(DEFAULT_LEAD_RULES, said)) };
    const dueAfter = (form: FormSnapshot, level: 'H' | 'A' | 'B') => {
      const event = { type: 'form.filled', at: NINE, by: 'wang', callId: form.callId } as const;
      const answers = { ...SALE, level };
      return fill(form, { ...event, answers, followUpId: 'f-1' }, view, NINE).next.followUp?.dueAt;
    };
    expect(dueAfter(aForm(), 'H')).toBe(MIDNIGHT + DAY_MS);
    expect(dueAfter(aForm({ direction: 'outbound' }), 'B')).toBe(MIDNIGHT + 2 * DAY_MS);
    expect(dueAfter(aForm({ direction: 'outbound' }), 'A')).toBe(MIDNIGHT + 3 * DAY_MS);
  });

  test('a correction moves it to the other department; one that is done stays so', () => {
    const done = complete();
    expect(filledWith(SERVICE, done).next.followUp).toMatchObject({
      ...{ id: 'f-1', department: 'after-sales', agentId: null },
    });
    const followUp = { ...done.followUp!, state: 'done' as const };
    expect(filledWith({ level: 'C' }, { ...done, followUp }).next.followUp).toEqual(followUp);
  });
});

test.each<[string, string, Post, string, object, string | null, string | null]>([
  ['its agent', 'wang', 'telemarketer', 'bj01', {}, null, null],
  ['who had the talk before', 'li', 'telemarketer', 'bj01', { earlier: ['li'] }, null, null],
  ['a colleague', 'li', 'telemarketer', 'bj01', {}, 'li', 'NOT_YOUR_FORM'],
  ['the owner, to whom it falls', 'li', 'telemarketer', 'bj01', { falls: true }, 'li', null],
  ['nobody else', 'li', 'telemarketer', 'bj01', { falls: true }, 'wu', 'NOT_YOUR_FORM'],
  ['a supervisor', 'chen', 'supervisor', 'bj01', {}, null, null],
  ['quality, which only listens', 'qian', 'quality', 'bj01', {}, null, 'NOT_YOUR_FORM'],
  ['its agent, who is of another store', 'wang', 'telemarketer', 'sh01', {}, null, null],
  ['a supervisor of another store', 'zhou', 'supervisor', 'sh01', {}, null, 'NO_FORM'],
])('who may answer: %s', (_who, id, post, store, parts, ownerId, expected) => {
  expect(mayAnswer(person(id, post, store), aForm(parts), ownerId)).toBe(expected);
});

test.each<[string, Partial<PlanQueue>, string]>([
  ['demands it', {}, 'required'],
  ['without wrap-up only lists it', { wrapUpSeconds: 0 }, 'optional'],
  ['says what it wants', { wrapUpSeconds: 0, form: 'required' }, 'required'],
  ['wants none', { form: 'none' }, 'none'],
])('a queue %s', (_what, queue, rule) => {
  const planned = { id: 'sales', wrapUpSeconds: 30, ...queue };
  expect(formRule({ queues: [planned] } as Plan, 'sales')).toBe(rule);
});

test('A30: the sources are the eleven channels, and every choice has both languages', () => {
  expect(SOURCES).toHaveLength(11);
  for (const { id, zh, en } of [...SOURCES, ...DISPOSITIONS]) {
    expect(id).toMatch(/^[a-z-]+$/);
    expect(zh).toMatch(/\p{Script=Han}/u);
    expect(en).toMatch(/^[\w' ,:-]+$/);
  }
});
