import { Registry } from 'prom-client';
import type { EndCause } from '../../../src/domain/end-cause';
import type { CallOutcome, CallSnapshot } from '../../../src/domain/records';
import { countLedger } from '../../../src/http/ledger-metrics';

let metrics: Registry;
let count: (call: Partial<CallSnapshot>) => void;

beforeEach(() => {
  metrics = new Registry();
  const counting = countLedger(metrics);
  const usual = { id: 'c1', direction: 'inbound', state: 'closed', storeId: 'bj01' } as const;
  count = (call) => counting({ kind: 'call.saved', call: { ...usual, ...call } as CallSnapshot });
});

const lines = async (name: string): Promise<string[]> => {
  const text = await metrics.metrics();
  return text.split('\n').filter((line) => line.startsWith(name));
};

test.each<[CallOutcome, EndCause, number | null, boolean]>([
  ['talk', 'hangup', 5, false],
  ['promise', 'announced', 5, false],
  ['left', 'hangup', null, false],
  ['no-number', 'announced', 5, false],
  ['broken', 'broken', 5, false],
  ['broken', 'edge-stopped', null, false],
  ['broken', 'broken', null, true],
  ['blocked', 'blocked', null, true],
  ['refused', 'no-media', null, true],
  ['over-capacity', 'over-capacity', null, true],
])('%s by %s is counted once', async (outcome, endCause, answeredAt, busy) => {
  for (let told = 0; told < 2; told++) count({ outcome, endCause, answeredAt });
  expect(await lines('openline_ledger_calls_total')).toEqual([
    `openline_ledger_calls_total{store="bj01",outcome="${outcome}"} 1`,
  ]);
  const told = busy ? [`openline_busy_answers_total{store="bj01",cause="${endCause}"} 1`] : [];
  expect(await lines('openline_busy_answers_total')).toEqual(told);
});

test.each<[string, Partial<CallSnapshot>]>([
  ['a call that goes on', { state: 'talking' }],
  ['a call of ours', { direction: 'outbound', outcome: 'unanswered' }],
  ['a call to a number that is none of ours', { storeId: null, outcome: 'refused' }],
])('%s is no call of the ledger', async (_what, call) => {
  count(call);
  expect(await lines('openline_ledger_calls_total')).toEqual([]);
});
