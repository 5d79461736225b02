import type { Notice } from '../../../src/domain/notices';
import type { Entry } from '../../../src/push/hub';
import { Hub, textFor } from '../../../src/push/hub';
import { NOW, PLAN, agent, person } from '../../support/two-stores';

const START = 1000;
const chen = person('chen', 'supervisor', 'bj01');

const notice = (id: string): Notice => ({ kind: 'agent.updated', agent: agent(id, 'bj01') });

function hubWith(notices: number, capacity = 4): Hub {
  const hub = new Hub({ startSeq: START, capacity });
  for (let n = 1; n <= notices; n += 1) hub.publish(notice(`agent-${n}`), NOW + n);
  return hub;
}

const numbers = (entries: Entry[] | null): number[] | null =>
  entries && entries.map(({ seq }) => seq);

describe('the hub', () => {
  test.each([
    ['nothing was published yet', 0, START, []],
    ['the client saw everything', 3, START + 3, []],
    ['the client saw nothing of this start', 3, START, [1001, 1002, 1003]],
    ['the client missed the last two', 3, START + 1, [1002, 1003]],
    ['just all that is remembered was missed', 10, START + 6, [1007, 1008, 1009, 1010]],
    ['one more was missed than is remembered', 10, START + 5, null],
    ['the number is of an earlier start', 3, START - 1, null],
    ['the number was never given', 3, START + 4, null],
  ])('%s', (_what, published, since, expected) => {
    expect(numbers(hubWith(published).after(since))).toEqual(expected);
  });

  test('numbers a notice, dates it, and tells the listeners until they stop', () => {
    const hub = hubWith(0);
    const heard: Entry[] = [];
    const stop = hub.listen((entry) => heard.push(entry));
    hub.publish(notice('wang'), NOW);
    stop();
    hub.publish(notice('wang'), NOW);
    expect(numbers(heard)).toEqual([START + 1]);
    expect(JSON.parse(textFor(heard[0] as Entry, chen, PLAN) ?? '')).toEqual({
      seq: START + 1,
      type: 'agent.updated',
      at: NOW,
      data: agent('wang', 'bj01'),
    });
    expect(hub.seq).toBe(START + 2);
  });

  test('gives no text to a person whom nothing of the entry concerns', () => {
    const [entry] = hubWith(1).after(START) ?? [];
    expect(textFor(entry as Entry, person('li', 'telemarketer', 'bj01'), PLAN)).toBeNull();
  });

  test('puts a notice into words once, for the first who reads it', () => {
    const worded = jest.fn(() => ({ id: 'wang' }));
    const hub = hubWith(0);
    const spoken = { ...agent('wang', 'bj01'), toJSON: worded };
    hub.publish({ kind: 'agent.updated', agent: spoken }, NOW);
    const [entry] = hub.after(START) ?? [];
    expect(textFor(entry as Entry, person('li', 'telemarketer', 'bj01'), PLAN)).toBeNull();
    expect(worded).not.toHaveBeenCalled();
    const texts = [1, 2].map(() => textFor(entry as Entry, chen, PLAN));
    expect(texts[0]).toContain('"data":{"id":"wang"}');
    expect(texts[1]).toBe(texts[0]);
    expect(worded).toHaveBeenCalledTimes(1);
  });

  test('keeps numbers exact that start at microseconds of today', () => {
    const hub = new Hub({ startSeq: Date.UTC(2200, 0, 1) * 1000 });
    hub.publish(notice('wang'), NOW);
    expect(hub.seq).toBe(Date.UTC(2200, 0, 1) * 1000 + 1);
    expect(Number.isSafeInteger(hub.seq)).toBe(true);
  });
});
