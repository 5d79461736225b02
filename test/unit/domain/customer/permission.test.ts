import {
  CONSENT_SCOPES,
  followUpOf,
  notPermitted,
  PURPOSES,
  REFUSAL_SCOPES,
  type PermissionFacts,
  type Purpose,
  type Wish,
} from '../../../../src/domain/customer/permission';

const NOTHING: PermissionFacts = { refusals: [], consents: [] };
const wish = (purpose: Purpose, over: Partial<Wish> = {}): Wish => ({
  ...{ purpose, way: 'call', askedAt: null, ...over },
});
const refused = (scope: (typeof REFUSAL_SCOPES)[number], at = 10, elsewhere = false) => ({
  refusals: [{ scope, at, elsewhere }],
  consents: [{ scope: 'calls' as const, givenAt: 1, withdrawnAt: null }],
});
const whyNot = (asked: Wish, facts: PermissionFacts) => notPermitted(asked, facts)?.why ?? null;

test('A51: a campaign wants a consent of its way; nothing else does', () => {
  expect(PURPOSES.filter((one) => whyNot(wish(one), NOTHING) !== null)).toEqual(['campaign']);
  const consents = CONSENT_SCOPES.map((scope) => ({ scope, givenAt: 1, withdrawnAt: null }));
  for (const way of ['call', 'text'] as const) {
    const needed = way === 'call' ? 'calls' : 'texts';
    const other = consents.filter(({ scope }) => scope !== needed);
    expect(whyNot(wish('campaign', { way }), { ...NOTHING, consents })).toBeNull();
    expect(whyNot(wish('campaign', { way }), { ...NOTHING, consents: other })).toBe('no-consent');
  }
});

test('Q22: what each refusal leaves free, also where he had consented', () => {
  const free = Object.fromEntries(
    REFUSAL_SCOPES.map((scope) => [
      scope,
      PURPOSES.filter((one) => whyNot(wish(one), refused(scope)) === null),
    ]),
  );
  expect(free).toEqual({
    ...{ marketing: ['asked', 'service'], unasked: ['asked'], all: [], texts: PURPOSES },
  });
  expect(notPermitted(wish('campaign'), refused('marketing'))).toEqual({
    ...{ why: 'do-not-call', scope: 'marketing', since: 10 },
  });
});

test('what he asks for after he refused is his last word; what he asked for before, or in that moment, is not', () => {
  for (const purpose of ['asked', 'follow-up'] as const)
    expect(
      [9, 10, 11].map((askedAt) => whyNot(wish(purpose, { askedAt }), refused('all'))),
    ).toEqual(['do-not-call', 'do-not-call', null]);
});

test('who wants no texts has none, also when he asks for something after it; calls are another matter', () => {
  const later = wish('asked', { way: 'text', askedAt: 99 });
  expect(whyNot(later, refused('texts'))).toBe('do-not-call');
  expect(whyNot({ ...later, way: 'call' }, refused('texts'))).toBeNull();
});

test('of another legal entity only that he may not be called now is seen, and the own books come first', () => {
  const elsewhere = refused('all', 20, true);
  expect(notPermitted(wish('asked'), elsewhere)).toEqual({ why: 'do-not-call-now' });
  const both = { ...NOTHING, refusals: [...elsewhere.refusals, ...refused('all', 5).refusals] };
  expect(notPermitted(wish('asked'), both)).toEqual({
    ...{ why: 'do-not-call', scope: 'all', since: 5 },
  });
});

test('a consent that was taken back ends follow-ups and campaigns, of texts everything, until he gives it anew', () => {
  const taken = (scope: 'calls' | 'texts') => ({ scope, givenAt: 1, withdrawnAt: 8 });
  const calls = { ...NOTHING, consents: [taken('calls')] };
  expect(PURPOSES.filter((one) => whyNot(wish(one), calls) !== null)).toEqual([
    ...['follow-up', 'campaign'],
  ]);
  const texts = { ...NOTHING, consents: [taken('texts')] };
  const byText = PURPOSES.map((one) => whyNot(wish(one, { way: 'text' }), texts));
  expect(byText).toEqual(PURPOSES.map(() => 'consent-withdrawn'));
  expect(whyNot(wish('asked', { way: 'text', askedAt: 9 }), texts)).toBeNull();
  const anew = { scope: 'calls' as const, givenAt: 9, withdrawnAt: null };
  const again = { ...NOTHING, consents: [taken('calls'), anew] };
  expect(PURPOSES.filter((one) => whyNot(wish(one), again) !== null)).toEqual([]);
});

test('Q22: a lead that asked is asked for when it opened; one of a list is not', () => {
  const lead = { source: 'hq', openedByCall: null, openedAt: 7 };
  expect(followUpOf(lead).askedAt).toBeNull();
  expect(followUpOf({ ...lead, source: 'web' }).askedAt).toBe(7);
  expect(followUpOf({ ...lead, openedByCall: 'call' }).askedAt).toBe(7);
});
