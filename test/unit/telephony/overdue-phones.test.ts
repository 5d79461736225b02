/** Phones whose registration ran out while no app was there, and the registrar of the next app. */
import type { Heard } from '../../../src/telephony/phone-watch';
import { bound, RegisteringPhone } from './registering-phone';

const HALF_AN_HOUR_MS = 30 * 60_000;
const EVERY_MS = 30_000;
const contact = '<sip:8001@192.168.1.9:5070>';
const uri = 'sip:8001@192.168.1.9:5070';

let phone: RegisteringPhone;
beforeEach(async () => {
  phone = new RegisteringPhone();
  await phone.restart();
  await phone.register({ Contact: contact, Expires: '60' });
  // The disk takes its own time.
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
});
afterEach(() => {
  jest.useRealTimers();
  return phone.close();
});

async function passes(ms: number): Promise<void> {
  phone.now += ms;
  await jest.advanceTimersByTimeAsync(ms);
}

const told = () =>
  phone.events.flatMap((e) =>
    (e.type === 'phone.reachable' || e.type === 'phone.unreachable') && e.phoneId === '8001'
      ? [e.type === 'phone.unreachable' ? e.reason : 'reachable']
      : [],
  );
/** How often 8001 was asked there. */
const asked = () => phone.asked.all.filter((one) => one === uri).length;
const isCalled = () => phone.registrar.target('8001')?.uri === uri;

test('it is asked at once, and has its calls when it answers, not before', async () => {
  phone.heard = 'answered';
  await phone.restart(61_000);
  expect([isCalled(), told()]).toEqual([false, []]);
  await passes(1);
  expect([isCalled(), told()]).toEqual([true, ['reachable']]);
  expect(phone.registrar.phoneAt('127.0.0.1', 5070)).toBe('8001');
});

test('it is asked every 30 s, loses its calls with the first miss, and has them again with the next answer', async () => {
  phone.heard = 'answered';
  await phone.restart(61_000);
  await passes(1);
  phone.heard = 'silent';
  await passes(EVERY_MS);
  expect(isCalled()).toBe(false);
  phone.heard = 'answered';
  await passes(EVERY_MS);
  expect(told()).toEqual(['reachable', 'not-registered', 'reachable']);
  expect(asked()).toBe(3);
});

test.each<[Heard, number]>([
  ['silent', 2],
  ['absent', 1],
])('a phone that is %s is never called, and asked no more after %i', async (heard, times) => {
  phone.heard = heard;
  await phone.restart(61_000);
  await passes(1);
  await passes(5 * EVERY_MS);
  expect([isCalled(), told()]).toEqual([false, []]);
  expect(asked()).toBe(times);
  // The next app does not begin again.
  phone.heard = 'answered';
  await phone.restart();
  await passes(1);
  expect(isCalled()).toBe(false);
});

test('one that runs out soon after the start is asked before, and is never lost', async () => {
  phone.heard = 'answered';
  await phone.restart(58_000);
  await passes(1000);
  expect(asked()).toBe(1);
  await passes(10_000);
  expect([isCalled(), told()]).toEqual([true, ['reachable']]);
});

test('it is kept for half an hour, and then is as lost as any other', async () => {
  phone.heard = 'answered';
  await phone.restart(61_000);
  await passes(HALF_AN_HOUR_MS - 1000);
  expect(isCalled()).toBe(true);
  await passes(2000);
  expect([isCalled(), told()]).toEqual([false, ['reachable', 'not-registered']]);
});

test('an app that was away for an hour believes nothing of it', async () => {
  phone.heard = 'answered';
  await phone.restart(2 * HALF_AN_HOUR_MS);
  await passes(EVERY_MS);
  expect([isCalled(), asked()]).toEqual([false, 0]);
});

test('what ran out while this app lived is not asked', async () => {
  phone.heard = 'answered';
  await phone.restart();
  await phone.register({ Contact: contact, Expires: '60' });
  await passes(61_000);
  expect([isCalled(), told()]).toEqual([false, ['reachable', 'not-registered']]);
});

test('what runs out while this app is cut off from the edge is asked when it is back', async () => {
  await phone.register({ Contact: contact, Expires: '60' });
  phone.heard = 'unasked';
  phone.registrar.edgeLost();
  await passes(61_000);
  expect([isCalled(), told()]).toEqual([false, ['reachable', 'not-registered']]);
  phone.heard = 'answered';
  phone.registrar.edgeBack();
  await passes(1);
  expect([isCalled(), told().at(-1)]).toEqual([true, 'reachable']);
  await passes(HALF_AN_HOUR_MS - 1000);
  expect(isCalled()).toBe(true);
  await passes(2000);
  expect(isCalled()).toBe(false);
});

test('many cuts keep no phone for ever', async () => {
  await phone.register({ Contact: contact, Expires: '60' });
  phone.heard = 'answered';
  phone.registrar.edgeLost();
  for (let minutes = 0; minutes < 61; minutes += 5) {
    phone.registrar.edgeBack();
    await passes(5 * 60_000);
  }
  expect(isCalled()).toBe(false);
});

test('it registers again: it is bound once, and its answer names no contact that has run out', async () => {
  phone.heard = 'answered';
  await phone.register({ Contact: '<sip:b@192.0.2.2>', 'Call-ID': 'two' }, { port: 5071 });
  await phone.restart(400_000);
  await passes(1);
  // Started anew it counts from the beginning, under the name of before.
  const again = await phone.register({ Contact: contact, CSeq: '1 REGISTER' });
  expect(bound(again)).toEqual([[uri, 300]]);
  const ways = phone.registrar.ways(['8001']).map(({ target }) => target.uri);
  expect(ways).toEqual(['sip:b@192.0.2.2', uri]);
  const moved = await phone.register({ Contact: '<sip:c@192.0.2.3>', 'Call-ID': 'two' });
  expect(bound(moved)).toHaveLength(2);
  expect(phone.registrar.ways(['8001']).map(({ target }) => target.uri)).toEqual([
    'sip:c@192.0.2.3',
    uri,
  ]);
});
