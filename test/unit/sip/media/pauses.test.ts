import { Pauses } from '../../../../sip/media/pauses';
import type { Gap } from '../../../../sip/media/gap-list';

function paused(...ranges: [from: number, to?: number][]): Pauses {
  const pauses = new Pauses();
  for (const [from, to] of ranges) {
    pauses.pause(from);
    if (to !== undefined) pauses.resume(to);
  }
  return pauses;
}

const both = (from: number, samples: number): Gap => ({
  side: 'both',
  ...{ from, samples, cause: 'paused' },
});

test('a window knows which of its samples lie in a pause, also in one that lasts', () => {
  const pauses = paused([100, 200], [300]);
  expect(pauses.within(0, 1000)).toEqual([
    { from: 100, to: 200 },
    { from: 300, to: 1000 },
  ]);
  expect(pauses.within(150, 160)).toEqual([{ from: 150, to: 160 }]);
  expect(pauses.within(200, 300)).toEqual([]);
});

test('each pause is listed once, when it is over and written; one that lasts with the end', () => {
  const pauses = paused([100, 200], [300]);
  expect(pauses.take(199)).toEqual([]);
  expect(pauses.take(200)).toEqual([both(100, 100)]);
  expect(pauses.take(900)).toEqual([]);
  expect(pauses.finish(900)).toEqual([both(300, 600)]);
});

test('twice the same changes nothing', () => {
  const pauses = new Pauses();
  pauses.resume(50);
  pauses.pause(100);
  pauses.pause(150);
  pauses.resume(200);
  pauses.resume(250);
  expect(pauses.finish(1000)).toEqual([both(100, 100)]);
  expect(pauses.isPaused).toBe(false);
});

test('what a pause explains is no other gap', () => {
  const pauses = paused([100, 200], [300, 400]);
  const gap = (from: number, to: number) => ({
    ...({ side: 'left', cause: 'loss' } as const),
    ...{ from, samples: to - from },
  });
  expect(pauses.unexplained(gap(50, 450))).toEqual([gap(50, 100), gap(200, 300), gap(400, 450)]);
  expect(pauses.unexplained(gap(120, 180))).toEqual([]);
  expect(pauses.unexplained(gap(210, 290))).toEqual([gap(210, 290)]);
});
