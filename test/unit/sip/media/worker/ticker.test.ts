import { Ticker } from '../../../../../sip/media/worker/ticker';

let frames: boolean[];
let ticker: Ticker;

beforeEach(() => {
  jest.useFakeTimers();
  frames = [];
  ticker = new Ticker((resumed) => frames.push(resumed));
  ticker.start();
});
afterEach(() => {
  ticker.stop();
  jest.restoreAllMocks();
  jest.useRealTimers();
});

test('rests until it is told to go, and wakes five times a second meanwhile', () => {
  jest.advanceTimersByTime(1000);
  expect(frames).toEqual([]);
  expect(jest.getTimerCount()).toBe(1);
  ticker.go();
  jest.advanceTimersByTime(19);
  expect(frames).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(frames).toEqual([false]);
});

test('gives fifty frames a second, however often it is told to go', () => {
  for (let n = 0; n < 100; n++) {
    ticker.go();
    jest.advanceTimersByTime(10);
  }
  expect(frames).toEqual(Array.from({ length: 50 }, () => false));
});

test('rests again: not one frame more, and the next begins a rhythm of its own', () => {
  ticker.go();
  jest.advanceTimersByTime(50);
  ticker.rest();
  jest.advanceTimersByTime(5000);
  expect(frames).toHaveLength(2);
  ticker.go();
  jest.advanceTimersByTime(40);
  expect(frames).toEqual([false, false, false, false]);
});

test('stopped it has no timer left', () => {
  ticker.go();
  ticker.stop();
  expect(jest.getTimerCount()).toBe(0);
  jest.advanceTimersByTime(1000);
  expect(frames).toEqual([]);
});

describe.each([
  { state: 'at rest', everyMs: 200, framesAfter: 0, begin: () => undefined },
  { state: 'with somebody on the line', everyMs: 20, framesAfter: 2, begin: () => ticker.go() },
])('$state', ({ everyMs, framesAfter, begin }) => {
  test('it is on time, and says so', () => {
    begin();
    jest.advanceTimersByTime(1000);
    expect(ticker.takeLateness()).toBe(0);
  });

  test('it tells how late it woke, once', () => {
    begin();
    const late = performance.now() + everyMs + 30;
    jest.spyOn(performance, 'now').mockReturnValue(late);
    jest.advanceTimersByTime(everyMs);
    expect(frames).toHaveLength(framesAfter);
    expect(ticker.takeLateness()).toBe(30);
    expect(ticker.takeLateness()).toBe(0);
  });
});
