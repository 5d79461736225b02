import { Outbox } from '../../../../sip/control/outbox';
import type { ControlEvent } from '../../../../sip/control/protocol';

const lost = (session: string): ControlEvent => ({ event: 'session.lost', session, reason: 'x' });
const waiting = (outbox: Outbox): number[] => outbox.pending().map(({ seq }) => seq);

test('events are numbered in order and kept until acknowledged', () => {
  const outbox = new Outbox();
  expect(outbox.add(lost('a'), 5)).toEqual({
    line: { event: 'session.lost', session: 'a', reason: 'x', seq: 1, at: 5 },
    dropped: false,
  });
  outbox.add(lost('b'), 6);
  outbox.add(lost('c'), 7);
  outbox.ack(2);
  expect(waiting(outbox)).toEqual([3]);
  outbox.ack(1);
  expect(waiting(outbox)).toEqual([3]);
  outbox.ack(99);
  expect(waiting(outbox)).toEqual([]);
  expect(outbox.add(lost('d'), 8).line.seq).toBe(4);
});

test('the oldest go first when there are too many, and that is said', () => {
  const outbox = new Outbox(2);
  const dropped = ['a', 'b', 'c'].map((session) => outbox.add(lost(session), 1).dropped);
  expect(dropped).toEqual([false, false, true]);
  expect(waiting(outbox)).toEqual([2, 3]);
});

const quality = (endpoint: string, lost: number, final = false): ControlEvent => ({
  ...{ event: 'endpoint.quality', session: 's', endpoint, final },
  quality: { expected: 250, lost, jitterMs: 1, roundTripMs: null, mos: 4.3 },
});

test('of the quality of an endpoint only the last is kept', () => {
  const outbox = new Outbox();
  outbox.add(quality('a', 1), 1);
  outbox.add(lost('x'), 2);
  outbox.add(quality('b', 2), 3);
  outbox.add(quality('a', 3), 4);
  outbox.add(quality('a', 4, true), 5);
  expect(waiting(outbox)).toEqual([2, 3, 5]);
  outbox.ack(5);
  outbox.add(quality('a', 5), 6);
  expect(waiting(outbox)).toEqual([6]);
});

test('one that was forgotten or acknowledged is not replaced again', () => {
  const outbox = new Outbox(2);
  outbox.add(quality('a', 1), 1);
  outbox.add(lost('x'), 2);
  outbox.add(lost('y'), 3);
  outbox.add(quality('a', 2), 4);
  expect(waiting(outbox)).toEqual([3, 4]);
});

test('one that was forgotten is not acknowledged by the ones after it', () => {
  const outbox = new Outbox(2);
  const acknowledged: string[] = [];
  for (const session of ['a', 'b', 'c']) {
    outbox.add(lost(session), 1, () => acknowledged.push(session));
  }
  outbox.ack(3);
  expect(acknowledged).toEqual(['b', 'c']);
});
