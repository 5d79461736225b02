import { Registry } from 'prom-client';
import { claimAttempt } from '../../src/domain/attempt/attempt';
import type { AttemptSnapshot, PromiseSnapshot } from '../../src/domain/records';
import { countOwed, gaugeOwed, type OwedCounter } from '../../src/http/owed-metrics';
import { startHttp, type TestHttp } from '../support/http';
import { aForm } from '../support/records';
import { NOW, promise } from '../support/two-stores';

/** What is owed, as Prometheus reads it. */
let http: TestHttp;
let owed: OwedCounter;

beforeEach(() => {
  const metrics = new Registry();
  http = startHttp({ deps: { metrics } });
  owed = countOwed(metrics);
  gaugeOwed(metrics, http.live, () => NOW);
});
afterEach(() => http.close());

/** Lines of that metric. */
const told = async (name: string): Promise<string[]> => {
  const { body } = await http.ask(null, 'GET', '/metrics');
  return body.split('\n').filter((line) => line.startsWith(`${name}{`));
};

const CLAIM = { id: 'a', subject: { kind: 'promise', id: 'p' }, storeId: 'bj01' } as const;
const anAttempt = (parts: Partial<AttemptSnapshot>): AttemptSnapshot => ({
  ...claimAttempt({ ...CLAIM, number: '+8613800138000', callId: 'call-1' }, NOW),
  ...parts,
});

const attempt = (parts: Partial<AttemptSnapshot>): void =>
  owed.written({ kind: 'attempt.saved', attempt: anAttempt(parts) });

const promised = (id: string, parts: Partial<PromiseSnapshot> = {}): PromiseSnapshot => ({
  ...promise(id, 'bj01'),
  dueAt: NOW + 1,
  ...parts,
});

test('attempts are counted once, with their outcome, when they end', async () => {
  attempt({ id: 'a-1', state: 'connected' });
  for (let written = 0; written < 2; written += 1)
    attempt({ id: 'a-1', state: 'done', outcome: 'talk' });
  attempt({ id: 'a-2', state: 'done', outcome: 'no-answer' });
  attempt({ id: 'a-3', state: 'done', outcome: 'no-answer', storeId: 'sh01' });
  expect(await told('openline_attempts_total')).toEqual([
    'openline_attempts_total{store="bj01",outcome="talk"} 1',
    'openline_attempts_total{store="bj01",outcome="no-answer"} 1',
    'openline_attempts_total{store="sh01",outcome="no-answer"} 1',
  ]);
});

test('those that a fallen app left behind are counted as lost', async () => {
  const lost = anAttempt({ id: 'a-1', state: 'done', outcome: 'lost' });
  const store = {
    claim: () => Promise.resolve(true),
    intend: () => Promise.resolve(true),
    closeLost: () => Promise.resolve({ lost: [lost], nextAt: 7 }),
  };
  expect(await owed.counting(store).closeLost(NOW)).toEqual({ lost: [lost], nextAt: 7 });
  expect(await told('openline_attempts_total')).toEqual([
    'openline_attempts_total{store="bj01",outcome="lost"} 1',
  ]);
});

test('promises: how they ended, how those stand that have not, and which are overdue', async () => {
  const ended = ['kept', 'kept', 'late', 'withdrawn', 'open', 'claimed'] as const;
  ended.forEach((state, n) =>
    owed.written({ kind: 'promise.saved', promise: promised(`p-${n}`, { state }) }),
  );
  owed.written({ kind: 'promise.saved', promise: promised('p-0', { state: 'kept' }) });
  http.live.thePromises = [
    promised('p-4'),
    promised('p-5', { state: 'claimed', dueAt: NOW - 1 }),
    promised('p-6', { task: 'tried', dueAt: NOW - 1 }),
    promised('p-7', { storeId: 'sh01', dueAt: NOW }),
    promised('p-8', { state: 'kept', dueAt: NOW - 1 }),
  ];
  expect(await told('openline_promises_ended_total')).toEqual([
    'openline_promises_ended_total{store="bj01",state="kept"} 2',
    'openline_promises_ended_total{store="bj01",state="late"} 1',
    'openline_promises_ended_total{store="bj01",state="withdrawn"} 1',
  ]);
  expect(await told('openline_promises')).toEqual([
    'openline_promises{store="bj01",state="open"} 1',
    'openline_promises{store="bj01",state="claimed"} 1',
    'openline_promises{store="bj01",state="task"} 1',
    'openline_promises{store="sh01",state="open"} 1',
  ]);
  expect(await told('openline_promises_open')).toEqual([
    'openline_promises_open{store="bj01"} 3',
    'openline_promises_open{store="sh01"} 1',
  ]);
  expect(await told('openline_promises_overdue')).toEqual([
    'openline_promises_overdue{store="bj01"} 2',
  ]);
});

/** The queue's wrap-up is 30 s. */
test('calls without a form, and forms that are overdue', async () => {
  http.live.theForms = [
    aForm({ endedAt: null }),
    aForm({ endedAt: NOW - 30_000 }),
    aForm({ endedAt: NOW - 30_001 }),
    aForm({ endedAt: NOW - 90_000, required: false }),
    aForm({ endedAt: NOW - 90_000, falls: true }),
    aForm({ endedAt: NOW - 1, storeId: 'sh01', queueId: 'gone' }),
  ];
  expect(await told('openline_calls_unclassified')).toEqual([
    'openline_calls_unclassified{store="bj01"} 4',
    'openline_calls_unclassified{store="sh01"} 1',
  ]);
  expect(await told('openline_forms_overdue')).toEqual([
    'openline_forms_overdue{store="bj01"} 1',
    'openline_forms_overdue{store="sh01"} 1',
  ]);
});
