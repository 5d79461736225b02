import type { Timer, TimerFired } from '../../../src/domain/events';
import { SystemClock, timerName } from '../../../src/engine/clock';

const wrapUp: Timer = { kind: 'wrap-up', agentId: 'bob' };
const rest: Timer = { kind: 'agent-rest', agentId: 'bob' };

/** Collects what fires, and resolves with the first. */
function startClock() {
  const fired: TimerFired[] = [];
  let tell: (event: TimerFired) => void = () => undefined;
  const first = new Promise<TimerFired>((resolve) => (tell = resolve));
  const clock = new SystemClock((event) => {
    fired.push(event);
    tell(event);
  });
  return { clock, fired, first };
}

test('a timer fires under its name and not before its time', async () => {
  const { clock, first } = startClock();
  const at = clock.now() + 15;
  clock.set(wrapUp, at);
  const event = await first;
  expect(event.timer).toEqual(wrapUp);
  expect(event.at).toBeGreaterThanOrEqual(at);
});

test('a timer in the past fires too, but never within the call that sets it', async () => {
  const { clock, fired, first } = startClock();
  clock.set(wrapUp, clock.now() - 1000);
  expect(fired).toEqual([]);
  await first;
});

test('a timer set again replaces the earlier one, a cleared one does not fire', async () => {
  const { clock, fired, first } = startClock();
  clock.set(wrapUp, clock.now());
  clock.set(wrapUp, clock.now() + 3_600_000);
  clock.set({ kind: 'caller-rings', callId: 'call' }, clock.now());
  clock.clear({ kind: 'caller-rings', callId: 'call' });
  clock.set(rest, clock.now() + 10);
  await first;
  expect(fired.map(({ timer }) => timer)).toEqual([rest]);
  clock.close();
});

test('names of different timers differ', () => {
  const call = { callId: 'call', offerId: 'offer' };
  const timers: Timer[] = [
    { kind: 'offer-receipt', ...call },
    { kind: 'offer-ring', ...call },
    { kind: 'offer-ring', callId: 'call', offerId: 'other' },
    { kind: 'caller-rings', callId: 'call' },
    { kind: 'overdue', callId: 'call' },
    { kind: 'lookup-again', callId: 'call' },
    wrapUp,
    rest,
  ];
  expect(new Set(timers.map(timerName)).size).toBe(timers.length);
});
