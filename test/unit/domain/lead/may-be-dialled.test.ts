import {
  INVALID_REASONS,
  mayBeDialled,
  notDialled,
  numberFault,
  type DialledLead,
} from '../../../../src/domain/lead/may-be-dialled';

const fine: DialledLead = {
  ...{ source: 'web', openedByCall: false, state: 'open', validity: 'valid', prospect: null },
  ...{ number: '+8613800138000', customer: { active: true, cleaned: true }, confirmNextAt: null },
};

test.each(['hq', 'web', 'showroom', 'inbound', 'walk-in'])(
  'A22: a lead from %s is dialled only when it is cleaned and marked valid',
  (source) => {
    const lead = { ...fine, source };
    expect(mayBeDialled(lead)).toBe(true);
    expect(notDialled({ ...lead, validity: 'unchecked' })).toBe('unclean');
    expect(notDialled({ ...lead, customer: { active: true, cleaned: false } })).toBe('unclean');
    expect(notDialled({ ...lead, customer: null })).toBe('unclean');
  },
);

test.each([
  ['a call opened it', { openedByCall: true, source: 'inbound' }],
  ['somebody of ours typed it in', { source: 'manual' }],
])('A22: it may be dialled at once when %s', (_why, parts) => {
  const lead = { ...fine, ...parts, validity: 'unchecked' as const, customer: null };
  expect(mayBeDialled(lead)).toBe(true);
  expect(notDialled({ ...lead, customer: { active: false, cleaned: true } })).toBe('erased');
});

test('A23: an invalid lead is in no list, whoever brought it', () => {
  for (const openedByCall of [true, false]) {
    expect(notDialled({ ...fine, openedByCall, validity: 'invalid' })).toBe('invalid');
    expect(notDialled({ ...fine, openedByCall, state: 'invalid' })).toBe('invalid');
  }
});

test('A27: junk, leads without intent and archived ones are never dialled, whoever brought them', () => {
  for (const openedByCall of [true, false]) {
    for (const prospect of ['junk', 'none'])
      expect(notDialled({ ...fine, openedByCall, prospect })).toBe('hopeless');
    expect(notDialled({ ...fine, openedByCall, state: 'archived' })).toBe('archived');
  }
  expect(mayBeDialled({ ...fine, prospect: 'high' })).toBe(true);
});

test('A26: what is held until it is confirmed is not dialled, unless it was worked already', () => {
  const held = { ...fine, source: 'hq', prospect: 'high', confirmNextAt: 1 };
  expect(notDialled(held)).toBe('unconfirmed');
  expect(notDialled({ ...held, validity: 'unchecked' })).toBe('unclean');
  expect(mayBeDialled({ ...held, confirmNextAt: null })).toBe(true);
  for (const state of ['arrived', 'won', 'defeated', 'lost-control'])
    expect(mayBeDialled({ ...held, state })).toBe(true);
});

test('a lead without a number is not dialled; one that was won may be, for another reason', () => {
  expect(notDialled({ ...fine, number: '' })).toBe('no-number');
  for (const state of ['won', 'defeated', 'lost-control', 'arrived'])
    expect(mayBeDialled({ ...fine, state })).toBe(true);
});

test.each([
  ['mobile', false, null],
  ['fixed', false, null],
  ['switchboard', false, null],
  ['foreign', false, null],
  ['privacy', false, null],
  ['privacy', true, 'number-expired'],
  ['withheld', false, 'no-number'],
  ['own', false, 'own-number'],
  ['emergency', false, 'not-a-number'],
  ['premium', false, 'not-a-number'],
  ['service', false, 'not-a-number'],
  ['other', false, 'not-a-number'],
] as const)(
  'W02: a number of kind %s, expired %s, makes a lead of a list invalid: %s',
  (kind, expired, why) => {
    expect(numberFault(kind, expired)).toBe(why);
    if (why !== null) expect(INVALID_REASONS).toContain(why);
  },
);
