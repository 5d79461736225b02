import {
  expectWait,
  heldOf,
  learn,
  NOTHING_EXPECTED,
  relearn,
  viewOf,
  type Came,
  type Expectation,
  type Expected,
} from '../../../../src/domain/queue/expect';
import { UNPACED } from '../../../../src/domain/queue/pace';

const MINUTE = 60_000;

/** Four minutes of an agent for each caller, nobody leaves. */
const PACE = { ...UNPACED, agentMs: 400 * MINUTE, taken: 100 };
const PACED: Expectation = { ...NOTHING_EXPECTED, pace: PACE };
const NEXT = { ahead: 0, working: 2, now: 0 };

const expected = (change: Partial<Expected> = {}): Expected => ({
  ...{ at: 0, position: 1, working: 2, rates: { callerMs: 4 * MINUTE, patienceMs: null } },
  ...{ paceMs: 2 * MINUTE, medianMs: 2 * MINUTE, range: [1, 3], told: true },
  ...change,
});
const came = (minutes: number, how: Came['how'] = 'connected'): Came => ({
  at: minutes * MINUTE,
  how,
});

/** So many waits of 90 to 150 s, of which the pace had said 120. */
function after(cases: number, known = PACED): Expectation {
  let next = known;
  for (let at = 0; at < cases; at += 1) {
    const said = expectWait(next, NEXT);
    if (said) next = learn(next, said, came(1.5 + (at % 5) / 4));
  }
  return next;
}

test('nothing is told before twenty cases are known, and then what took in nine of ten', () => {
  expect(expectWait(after(19), NEXT)).toMatchObject({ told: false });
  expect(expectWait(after(30), NEXT)).toMatchObject({
    ...{ told: true, range: [1, 3], position: 1, paceMs: 2 * MINUTE },
  });
});

test.each<[string, Partial<Expectation>, Partial<typeof NEXT>]>([
  ['the pace of the line is not known', { pace: UNPACED }, {}],
  ['nobody is at work', {}, { working: 0 }],
])('nothing is expected while %s', (_, change, line) => {
  expect(expectWait({ ...after(30), ...change }, { ...NEXT, ...line })).toBeNull();
});

test('who stands farther behind waits longer', () => {
  const known = after(40);
  const ends = [0, 4, 9].map((ahead) => expectWait(known, { ...NEXT, ahead })?.range?.[1] ?? 0);
  expect(ends).toEqual([...ends].sort((a, b) => a - b));
  expect(ends[2]).toBeGreaterThan(15);
});

test.each<[string, Came, boolean | null]>([
  ['taken within it', came(2), true],
  ['taken at its end', came(3), true],
  ['taken too soon', came(0.9), false],
  ['taken too late', came(3.1), false],
  ['left while it still might hold', came(2, 'abandoned'), null],
  ['left before it', came(0.5, 'abandoned'), null],
  ['left when it had proved wrong', came(4, 'abandoned'), false],
  ['called back later, and waited no longer', came(2, 'promised'), null],
])('one to three minutes, %s', (_, what, held) => {
  expect(heldOf(expected(), what)).toBe(held);
});

test('a range that nobody knows holds or not', () => {
  expect(heldOf(expected({ range: null }), came(2))).toBeNull();
});

test('ranges that do not hold are told no more, and again once they hold', () => {
  let known = after(60);
  for (let at = 0; at < 40; at += 1) known = learn(known, expected(), came(5));
  expect(viewOf(known).wouldHold).toBeLessThan(0.8);
  const silent = expectWait(known, NEXT);
  expect(silent).toMatchObject({ told: false });
  expect(silent?.range?.[1]).toBeGreaterThanOrEqual(5);
  known = after(120, known);
  expect(viewOf(known).wouldHold).toBeGreaterThanOrEqual(0.8);
  expect(expectWait(known, NEXT)).toMatchObject({ told: true });
});

test('a range that says nothing is not told', () => {
  let known = PACED;
  for (let at = 0; at < 60; at += 1) known = learn(known, expected(), came(at % 2 ? 0.1 : 30));
  const { range, told } = expectWait(known, NEXT) ?? {};
  expect(told).toBe(false);
  expect((range?.[1] ?? 99) - (range?.[0] ?? 0)).toBeGreaterThan(5);
});

test('who hung up waited longer than he did: he makes the range wider', () => {
  const without = expectWait(after(60), NEXT);
  let known = after(40);
  for (let at = 0; at < 20; at += 1) known = learn(known, expected(), came(2.1, 'abandoned'));
  const withLeavers = expectWait(known, NEXT);
  expect(withLeavers?.medianMs).toBeGreaterThan(without?.medianMs ?? 0);
});

test('the view says how good it is', () => {
  let known = learn(PACED, expected(), came(2.5));
  known = learn(known, expected({ told: false }), came(5));
  known = learn(known, expected(), came(1, 'abandoned'));
  expect(viewOf(known)).toEqual({
    ...{ coverage: 1, wouldHold: 0.5, meanErrorMs: 1.75 * MINUTE, cases: 3 },
  });
  expect(viewOf(NOTHING_EXPECTED)).toEqual({
    ...{ coverage: null, wouldHold: null, meanErrorMs: null, cases: 0 },
  });
});

test('what was written down is known again', () => {
  const written: { expected: Expected; came: Came }[] = [];
  let known = PACED;
  for (let at = 0; at < 50; at += 1) {
    const said = expectWait(known, NEXT)!;
    const what = came(1.5 + (at % 5) / 4);
    written.push({ expected: said, came: what });
    known = learn(known, said, what);
  }
  const again = relearn(written, 0);
  expect(viewOf(again)).toEqual(viewOf(known));
  expect(expectWait(again, NEXT)).toEqual({ ...expectWait(known, NEXT), at: 0 });
});

test('only the latest cases count', () => {
  const view = viewOf(after(400));
  expect(view.cases).toBe(200);
});
