import type { Notice, QueueView } from '../../../src/domain/notices';
import { NOTHING_EXPECTED, viewOf } from '../../../src/domain/queue/expect';
import { QueuePace } from '../../../src/push/queue-pace';
import { NOW, agent } from '../../support/two-stores';

const EMPTY: QueueView = {
  ...{
    id: 'sales',
    storeId: 'bj01',
    waiting: 0,
    callBacks: 0,
    consultations: 0,
    offered: 0,
    ready: 0,
    signedIn: 0,
  },
  ...{ longestWaitSince: null, told: viewOf(NOTHING_EXPECTED) },
};

const counts = (id: string, waiting: number): Notice => ({
  kind: 'queue.updated',
  queue: { ...EMPTY, id, waiting },
});

let told: string[];
let pace: QueuePace;
let later: (ms: number) => void;

beforeEach(() => {
  jest.useFakeTimers({ now: NOW });
  later = (ms) => jest.advanceTimersByTime(ms);
  told = [];
  const publish = (notice: Notice, at: number): void => {
    const what = notice.kind === 'queue.updated' ? notice.queue : null;
    told.push(`${at - NOW} ${what === null ? notice.kind : `${what.id} ${what.waiting}`}`);
  };
  pace = new QueuePace({ publish }, () => Date.now());
});

afterEach(() => jest.useRealTimers());

test('counts are told at once, then as they stand every 250 ms, then at once again', () => {
  for (const waiting of [1, 2, 3]) pace.publish(counts('sales', waiting), Date.now());
  later(250);
  pace.publish(counts('sales', 4), Date.now());
  later(250);
  later(250);
  pace.publish(counts('sales', 5), Date.now());
  expect(told).toEqual(['0 sales 1', '250 sales 3', '500 sales 4', '750 sales 5']);
});

test('one queue keeps neither another one nor anything else waiting', () => {
  pace.publish(counts('sales', 1), NOW);
  pace.publish(counts('sales', 2), NOW);
  pace.publish(counts('care', 7), NOW);
  pace.publish({ kind: 'agent.updated', agent: agent('wang', 'bj01') }, NOW);
  expect(told).toEqual(['0 sales 1', '0 care 7', '0 agent.updated']);
});
