import {
  decideText,
  LATE_MS,
  quietUntil,
  USUAL_SPEND_PER_DAY,
  type TextFacts,
} from '../../../../src/domain/message/decide';
import { scopeOf, wantsText, type TextMessage } from '../../../../src/domain/message/message';
import { filledText, maskedNumber, partsOf } from '../../../../src/domain/message/text';
import type { PlanStore } from '../../../../src/domain/plan';
import { PLAN } from '../../../support/two-stores';

/** Ten in the morning in Beijing. */
const TEN = Date.UTC(2026, 0, 31, 2);
const hours = (count: number): number => count * 3_600_000;
const texts = { missedCall: { 'zh-CN': '【{store}】{hotline} 会回电' }, spendPerDay: 100 };
const store: PlanStore = { id: 'bj01', name: '北京一店', timezone: 'Asia/Shanghai', texts };
const message: TextMessage = {
  ...{ id: 'm', key: 'k', kind: 'missed-call', storeId: 'bj01', number: '+8613800138000' },
  ...{ language: 'zh-CN', values: { hotline: '400' }, promiseId: 'p', state: 'queued' },
  ...{ reason: null, detail: '', body: '', price: 0, askedAt: TEN, askedBy: 'x', sentAt: null },
};
const facts: TextFacts = {
  ...{ numberKind: 'mobile', optedOut: false, blocked: false, promise: 'open', talked: false },
  ...{ lastSentAt: null, spentToday: 0, permission: { refusals: [], consents: [] } },
};
const decided = (over: Partial<TextFacts>, about: Partial<TextMessage> = {}, now = TEN) =>
  decideText({ ...message, ...about }, { ...facts, ...over }, { store, now });

test('who was promised a call has the text of his store, and its price', () => {
  expect(decided({})).toEqual({ do: 'send', body: '【北京一店】400 会回电', price: 6 });
});

test('A51: who wanted no contact before he rang has the text that he asked for; after it, none', () => {
  const refused = (at: number, scope: 'marketing' | 'all') =>
    decided({ permission: { refusals: [{ scope, at, elsewhere: false }], consents: [] } });
  const none = { do: 'drop', reason: 'refused-contact' };
  expect(refused(TEN + 1, 'all')).toEqual(none);
  expect(refused(TEN - 1, 'all').do).toBe('send');
  expect(refused(TEN + 1, 'marketing').do).toBe('send');
  const taken = { scope: 'texts' as const, givenAt: 1, withdrawnAt: TEN + 1 };
  expect(decided({ permission: { refusals: [], consents: [taken] } })).toEqual(none);
});

test.each<[Partial<TextFacts>, string]>([
  [{ optedOut: true, numberKind: 'fixed' }, 'opted-out'],
  [{ numberKind: 'withheld' }, 'withheld'],
  [{ numberKind: 'own' }, 'own'],
  [{ numberKind: 'fixed' }, 'not-mobile'],
  [{ numberKind: 'privacy' }, 'not-mobile'],
  [{ blocked: true }, 'blocked'],
  [{ promise: 'kept' }, 'reached'],
  [{ promise: 'late' }, 'reached'],
  [{ promise: 'withdrawn' }, 'withdrawn'],
  [{ talked: true }, 'reached'],
  [{ lastSentAt: TEN - hours(23) }, 'recent'],
  [{ spentToday: 95 }, 'limit'],
])('%j: %s', (over, reason) => {
  expect(decided(over)).toEqual({ do: 'drop', reason });
});

test.each<[Partial<TextFacts>]>([[{ lastSentAt: TEN - hours(24) }], [{ spentToday: 94 }]])(
  '%j: sent',
  (over) => expect(decided(over).do).toBe('send'),
);

test('an appointment is told whatever was talked of, but to nobody who wants no texts', () => {
  const about = { kind: 'appointment' as const, promiseId: null };
  const withText = { ...store, texts: { ...texts, appointment: { en: 'x', 'zh-CN': '{when}' } } };
  const over = { talked: true, lastSentAt: TEN - 1, promise: null };
  const ask = (more: Partial<TextFacts>) =>
    decideText(
      { ...message, ...about, values: { when: '10:00' } },
      { ...facts, ...over, ...more },
      { store: withText, now: TEN },
    );
  expect(ask({})).toMatchObject({ do: 'send', body: '10:00' });
  expect(ask({ optedOut: true })).toEqual({ do: 'drop', reason: 'opted-out' });
  expect(decided({}, about)).toEqual({ do: 'drop', reason: 'off' });
});

test('what could not go for a day goes no more', () => {
  expect(decided({}, {}, TEN + LATE_MS).do).toBe('send');
  expect(decided({}, {}, TEN + LATE_MS + 1)).toEqual({ do: 'drop', reason: 'late' });
});

test('a store that left the plan, or has no text, sends none', () => {
  for (const one of [undefined, { ...store, texts: undefined }])
    expect(decideText(message, facts, { store: one, now: TEN })).toMatchObject({ reason: 'off' });
});

/** Beijing is eight hours ahead. */
const at = (day: number, hour: number, minute = 0): number =>
  Date.UTC(2026, 0, day, hour - 8, minute);

test.each([
  [at(31, 8, 59), at(31, 9)],
  [at(31, 9), null],
  [at(31, 20, 59), null],
  [at(31, 21), at(32, 9)],
  [at(32, 0), at(32, 9)],
])('quiet hours of the night: at %d until %p', (now, until) => {
  expect(quietUntil(now, { timezone: 'Asia/Shanghai' })).toBe(until);
});

test('what texts may cost a store in a day is bounded also where the plan says nothing of it', () => {
  const { spendPerDay: _said, ...without } = texts;
  const ask = (spentToday: number) =>
    decideText(
      message,
      { ...facts, spentToday },
      { store: { ...store, texts: without }, now: TEN },
    );
  expect(ask(USUAL_SPEND_PER_DAY - 6).do).toBe('send');
  expect(ask(USUAL_SPEND_PER_DAY - 5)).toEqual({ do: 'drop', reason: 'limit' });
});

test('quiet hours may be those of noon, and in the zone of the store', () => {
  const noon = { timezone: 'Asia/Shanghai', texts: { quiet: '12:00-14:00' } };
  expect(quietUntil(at(31, 13), noon)).toBe(at(31, 14));
  expect(quietUntil(at(31, 23), noon)).toBeNull();
  expect(quietUntil(at(31, 13), { timezone: 'UTC' })).toBe(at(31, 17));
});

test('the night holds a text, and the morning decides anew', () => {
  expect(decided({}, {}, at(31, 22))).toEqual({ do: 'hold', until: at(32, 9) });
  expect(decided({ talked: true }, {}, at(32, 9))).toMatchObject({ reason: 'reached' });
});

test('only hotlines whose store has a text, and which are not off, text their callers', () => {
  const stores = PLAN.stores.map((one) => ({ ...one, texts }));
  const [hotline] = PLAN.hotlines;
  if (!hotline) throw new Error('a plan without hotlines');
  const { number } = hotline;
  expect(wantsText(PLAN, hotline)).toBeNull();
  expect(wantsText({ ...PLAN, stores }, hotline)).toBe('zh-CN');
  const off = PLAN.hotlines.map((one) => ({ ...one, texts: 'off' as const }));
  expect(
    wantsText({ ...PLAN, stores, hotlines: off }, { store: hotline.store, number }),
  ).toBeNull();
});

test('who refuses one store of a company refuses all of it', () => {
  const stores = PLAN.stores.map((one) => ({ ...one, entity: 'north' }));
  expect(scopeOf({ ...PLAN, stores }, 'bj01')).toBe('north');
  expect(scopeOf(PLAN, 'bj01')).toBe('store:bj01');
});

test('a value cannot make a line, nor a place of its own', () => {
  expect(filledText('{a}-{b}-{c}', { a: 'x\r\ny', b: '{a}' })).toBe('x y-{a}-');
  expect(filledText('{constructor}', {})).toBe('');
});

test.each([
  [70, 1],
  [71, 2],
  [134, 2],
  [135, 3],
])('%i characters are %i parts', (length, parts) => {
  expect(partsOf('字'.repeat(length))).toBe(parts);
});

test('four digits are hidden', () => {
  expect(maskedNumber('+8613800138000')).toBe('+86138****8000');
  expect(maskedNumber('12345')).toBe('****');
});
