import { ALWAYS_ADMITTED, BEHIND_MS, Progress } from '../../../../sip/admission/progress';

function loaded(calls: number, at = 0): Progress {
  const progress = new Progress();
  for (let i = 0; i < calls; i++) progress.delivered(`call-${i}`, at);
  return progress;
}

test('a burst alone is not being behind', () => {
  expect(loaded(ALWAYS_ADMITTED - 1).isBehind(60_000)).toBe(false);
  expect(loaded(ALWAYS_ADMITTED + 50).isBehind(BEHIND_MS - 1)).toBe(false);
});

test('an app that answers nothing for a while with many calls open is behind', () => {
  expect(loaded(ALWAYS_ADMITTED).isBehind(BEHIND_MS)).toBe(true);
});

test('an app that works its way through a queue answers old calls, and is behind', () => {
  const progress = loaded(ALWAYS_ADMITTED + 1);
  progress.answered('call-0', BEHIND_MS);
  expect(progress.isBehind(BEHIND_MS)).toBe(true);
});

test('an app that asks somebody else about a call and answers later ones meanwhile keeps up', () => {
  const progress = loaded(ALWAYS_ADMITTED);
  for (let i = 0; i < 10; i++) {
    progress.delivered(`later-${i}`, 5000 + i);
    progress.answered(`later-${i}`, 5010 + i);
  }
  expect(progress.isBehind(5020)).toBe(false);
});

test('calls that end without an answer make room; further answers say nothing', () => {
  const progress = loaded(ALWAYS_ADMITTED);
  progress.ended('call-3');
  expect(progress.isBehind(10_000)).toBe(false);
  progress.answered('call-3', 10_000);
  progress.answered('nobody', 10_000);
  expect(progress.isBehind(10_000)).toBe(false);
});

test('whoever comes under the name of an app that went starts anew', () => {
  const progress = loaded(ALWAYS_ADMITTED);
  progress.forget();
  expect(progress.isBehind(10_000)).toBe(false);
});
