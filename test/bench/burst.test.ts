import {
  contradictions,
  type CallRow,
  type FormRow,
  type PromiseRow,
  type Rows,
  type Seen,
} from './burst/witnesses';

/** The burst's own eyes: one thing wrong in the records at a time, and it is noticed. */

const T = 1_800_000_000_000;
const id = (n: number): string => `0000000${n}-0000-7000-8000-000000000000`;

const SEEN: Seen = {
  callers: [
    { number: '1', dialledAt: T, end: 'answered' },
    { number: '2', dialledAt: T + 40, end: 'cancelled' },
    { number: '3', dialledAt: T + 80, end: 'answered' },
    { number: '4', dialledAt: T + 120, end: 'busy' },
    { number: '5', dialledAt: T + 160, end: 'answered' },
  ],
  agents: [
    { number: '1', agent: 't001', toTheEnd: true },
    { number: '5', agent: 't001', toTheEnd: true },
    { number: '3', agent: 't002', toTheEnd: false },
  ],
  desks: [
    { callId: id(1), agent: 't001', note: 't001 1' },
    { callId: id(5), agent: 't001', note: 't001 2' },
  ],
};

const call = (n: number, outcome: string, agent: string | null = null): CallRow => ({
  ...{ id: id(n), number: String(n), agent, outcome },
  ...{ arrivedAt: T + 40 * n, endedAt: T + 9000 },
});
const promise = (n: number, reason: string): PromiseRow => ({
  ...{ callId: id(n), number: String(n), reason, openedAt: T + 9000 },
});
const form = (n: number, note: string, filledAt: number): FormRow => ({
  ...{ callId: id(n), state: 'complete', filledBy: 't001', filledAt, note },
});

const ROWS: Rows = {
  calls: [
    ...[call(1, 'talk', 't001'), call(2, 'left'), call(3, 'promise')],
    ...[call(4, 'over-capacity'), call(5, 'talk', 't001')],
  ],
  promises: [promise(2, 'abandoned'), promise(3, 'over-capacity'), promise(4, 'over-capacity')],
  forms: [form(1, 't001 1', T + 10_000), form(5, 't001 2', T + 11_000)],
};

test('records that say what was seen are well', () => {
  expect(contradictions(SEEN, ROWS)).toEqual([]);
});

const without = <T>(rows: readonly T[], at: number): T[] => rows.filter((_row, n) => n !== at);
const changed = <T>(rows: readonly T[], at: number, change: Partial<T>): T[] =>
  rows.map((row, n) => (n === at ? { ...row, ...change } : row));

const { calls, promises, forms } = ROWS;
test.each<[string, Partial<Rows>, RegExp]>([
  ['a call is missing', { calls: without(calls, 1) }, /2 has 0 calls/],
  ['a call is there twice', { calls: [...calls, call(2, 'left')] }, /2 has 2 calls/],
  ['a call was never made', { calls: [...calls, call(9, 'left')] }, /9 never called/],
  ['he left, and was answered', { calls: changed(calls, 1, { outcome: 'talk' }) }, /2: he saw/],
  ['busy, and left', { calls: changed(calls, 3, { outcome: 'left' }) }, /4: he saw busy/],
  ['a time of the replay', { calls: changed(calls, 4, { arrivedAt: T + 60_000 }) }, /5 came/],
  [
    'calls in another order',
    { calls: changed(calls, 2, { arrivedAt: T + 60 }) },
    /3 stands behind/,
  ],
  ['a talk of another agent', { calls: changed(calls, 0, { agent: 't002' }) }, /with t001 is miss/],
  ['a talk with nobody', { calls: changed(calls, 2, { outcome: 'talk' }) }, /nobody had the talk/],
  ['a promise is missing', { promises: without(promises, 0) }, /2, left: 0 promises/],
  ['a promise is there twice', { promises: [...promises, ...promises] }, /2, left: 2 promises/],
  ['who talked is promised a call', { promises: [...promises, promise(1, 'asked')] }, /1, talk: 1/],
  ['another promise', { promises: changed(promises, 0, { reason: 'closed' }) }, /2, left: closed/],
  [
    'a promise of another call',
    { promises: changed(promises, 1, { callId: id(1) }) },
    /to 3 is of/,
  ],
  ['a promise of later', { promises: changed(promises, 2, { openedAt: T + 70_000 }) }, /4 was not/],
  ['a form is missing', { forms: without(forms, 0) }, /the form t001 1/],
  ['a form is open', { forms: changed(forms, 1, { state: 'unclassified' }) }, /the form t001 2/],
  ['what it says is another’s', { forms: changed(forms, 0, { note: 't002 1' }) }, /form t001 1/],
  ['forms in another order', { forms: changed(forms, 1, { filledAt: T }) }, /t001 2 before/],
])('%s', (_what, rows, said) => {
  const faults = contradictions(SEEN, { ...ROWS, ...rows });
  expect(faults).toContainEqual(expect.stringMatching(said));
});
