import { PhoneWatch, type Heard, type PhoneTarget } from '../../../src/telephony/phone-watch';

const target: PhoneTarget = { uri: 'sip:a@192.0.2.1', proxy: 'sip:192.0.2.9:5070', secure: false };
const EVERY_MS = 30_000;

let heard: Heard;
let asked: number[];
let changes: boolean[];
let watch: PhoneWatch;

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
  heard = 'answered';
  asked = [];
  changes = [];
  watch = new PhoneWatch({
    ask: () => {
      asked.push(Date.now());
      return Promise.resolve(heard);
    },
    onChange: (phoneId) => changes.push(watch.isSilent(phoneId, target)),
  });
});
afterEach(() => {
  watch.close();
  jest.useRealTimers();
});

/** `answers` in turn, one an interval. */
async function hears(...answers: Heard[]): Promise<void> {
  for (const one of answers) {
    heard = one;
    await jest.advanceTimersByTimeAsync(EVERY_MS);
  }
}

test('a place is asked every 30 s, first in the second half of the first', async () => {
  watch.follow('8001', [target]);
  await hears('answered', 'answered', 'answered');
  const [first = 0, ...others] = asked;
  expect(first).toBeGreaterThanOrEqual(EVERY_MS / 2);
  expect(first).toBeLessThan(EVERY_MS);
  expect(others).toEqual([first + EVERY_MS, first + 2 * EVERY_MS]);
});

test('a place can be asked sooner, and goes on in its interval', async () => {
  watch.follow('8001', [target]);
  watch.hasten('8001', target, 2000);
  await hears('answered', 'answered');
  watch.hasten('8001', target, 0);
  await hears('answered');
  const [first = 0, second = 0, ...others] = asked;
  expect(first).toBeLessThan(2000);
  expect(second).toBe(first + EVERY_MS);
  expect(others).toEqual([2 * EVERY_MS, 3 * EVERY_MS]);
});

test('what is said to a question of before counts no more when the place is asked anew', async () => {
  const answers: ((heard: Heard) => void)[] = [];
  const listener = new PhoneWatch({
    ask: () => new Promise((resolve) => answers.push(resolve)),
  });
  listener.follow('8001', [target]);
  await jest.advanceTimersByTimeAsync(EVERY_MS);
  listener.hasten('8001', target, 0);
  await jest.advanceTimersByTimeAsync(1);
  expect(answers).toHaveLength(2);
  answers[1]?.('answered');
  answers[0]?.('silent');
  await jest.advanceTimersByTimeAsync(1);
  expect(listener.state('8001', target)).toBe('answered');
  await jest.advanceTimersByTimeAsync(EVERY_MS);
  expect(answers).toHaveLength(3);
  listener.close();
});

test.each<[Heard[], string[]]>([
  [['answered', 'answered'], ['answered']],
  [
    ['absent', 'unasked', 'answered'],
    ['absent', 'answered'],
  ],
  [
    ['silent', 'silent', 'silent', 'absent'],
    ['missed', 'silent', 'absent'],
  ],
])('hears %j: its state becomes %j', async (answers, states) => {
  const told: string[] = [];
  const listener = new PhoneWatch({
    ask: () => Promise.resolve(heard),
    onHeard: (phoneId) => told.push(listener.state(phoneId, target)),
  });
  expect(listener.state('8001', target)).toBe('unknown');
  listener.follow('8001', [target]);
  await hears(...answers);
  expect(told).toEqual(states);
  listener.close();
});

test('a hundred phones are not asked at once', async () => {
  for (let n = 0; n < 100; n++) watch.follow(`${n}`, [target]);
  await hears('answered');
  const inSecond = asked.map((at) => Math.floor(at / 1000));
  expect(Math.max(...inSecond.map((s) => inSecond.filter((one) => one === s).length))).toBeLessThan(
    30,
  );
});

test.each<[string, Heard[], boolean[]]>([
  ['one miss', ['silent', 'answered', 'silent', 'answered'], []],
  ['two in a row', ['silent', 'silent'], [true]],
  ['many more', ['silent', 'silent', 'silent', 'silent'], [true]],
  ['an answer after them', ['silent', 'silent', 'silent', 'answered'], [true, false]],
  ['an edge that was away', ['silent', 'unasked', 'unasked', 'answered'], []],
  ['an edge away between two misses', ['silent', 'unasked', 'silent'], [true]],
])('%s', async (_what, answers, told) => {
  watch.follow('8001', [target]);
  await hears(...answers);
  expect(changes).toEqual(told);
});

test('a refreshed place keeps what is known of it, a new one is not silent, one that went is not asked', async () => {
  watch.follow('8001', [target]);
  await hears('silent', 'silent');
  watch.follow('8001', [{ ...target }]);
  expect(watch.isSilent('8001', target)).toBe(true);
  const moved = { ...target, proxy: 'sip:192.0.2.9:5071' };
  watch.follow('8001', [moved]);
  expect(watch.isSilent('8001', moved)).toBe(false);
  watch.follow('8001', []);
  const before = asked.length;
  await hears('silent', 'silent');
  expect(asked).toHaveLength(before);
  expect(changes).toEqual([true]);
});
