import { asTyped, readDialled } from '../../../../src/domain/dial/dialled';
import { mayCarry, mayDial } from '../../../../src/domain/dial/permission';
import { numberBook } from '../../../../src/domain/number/book';
import type { Plan } from '../../../../src/domain/plan';
import { planWith } from '../../../support/centre/plan';

const PLAN: Plan = planWith({
  agents: ['bob'],
  hotline: { number: '4008001234' },
  numbers: { outsidePrefixes: ['9', '0'], premium: ['0900'] },
});
const view = { plan: PLAN, book: numberBook(PLAN), area: '010', at: 0 };
const read = (text: string) => {
  const dialled = readDialled(text, view);
  if (dialled === null) return null;
  if (dialled.is === 'colleague') return dialled.phoneIds.join();
  return dialled.is === 'emergency'
    ? `help ${dialled.number}`
    : `${dialled.class} ${dialled.number}`;
};

test.each([
  ['13800138000', 'mobile +8613800138000'],
  ['913800138000', 'mobile +8613800138000'],
  ['+8613800138000', 'mobile +8613800138000'],
  ['62345678', 'fixed +861062345678'],
  ['962345678', 'fixed +861062345678'],
  ['95588', 'service 95588'],
  ['4008001234', 'fixed +864008001234'],
  ['16812345', 'premium 16812345'],
  ['916812345', 'premium 16812345'],
  ['+442079460000', 'foreign +442079460000'],
  ['+19005551234', 'premium +19005551234'],
  ['+88213300655', 'premium +88213300655'],
  ['8888888888888', 'other 8888888888888'],
  ['110', 'help 110'],
  ['9110', 'help 110'],
  ['0120', 'help 120'],
  ['99110', null],
  ['+86110', 'other +86110'],
  ['phone-bob', 'phone-bob'],
  ['bob', 'phone-bob'],
  ['', null],
  ['+', null],
  ['anonymous', null],
  ['110 ', null],
  ['138 0013 8000', null],
  ['13800138000;ext=5', null],
  ['１６８１２３４５', null],
  ['1'.repeat(25), null],
])('%s is %s', (text, expected) => {
  expect(read(text)).toBe(expected);
});

test.each([
  ['138 0013-8000', '13800138000'],
  ['(010) 6234.5678', '01062345678'],
  [' +86 138 0013 8000 ', '+8613800138000'],
  ['bob', 'bob'],
  ['110 #', '110 #'],
])('at a desk %j is typed for %s', (typed, text) => {
  expect(asTyped(typed)).toBe(text);
});

test('premium, foreign and unknown numbers are denied unless the plan says so', () => {
  const [person] = PLAN.people;
  const [trunk] = PLAN.trunks;
  if (!person || !trunk) throw new Error('the plan is empty');
  for (const denied of ['premium', 'foreign', 'other'] as const) {
    expect([mayDial(person, denied), mayCarry(trunk, denied)]).toEqual([false, false]);
    expect(mayDial({ ...person, dial: [denied] }, denied)).toBe(true);
    expect(mayCarry({ ...trunk, dial: [denied] }, denied)).toBe(true);
  }
  expect(mayDial({ ...person, dial: [] }, 'mobile')).toBe(false);
});
