import { gapsMs, SideGaps, type Gap, type Sound } from '../../../../sip/media/recording-gaps';

const heard = (gaps: SideGaps, position: number, arrival: Sound['arrival'] = 'next'): void =>
  gaps.heard({ position, samples: 160, arrival, follows: false });

const left = (from: number, samples: number, cause: Gap['cause']): Gap => ({
  side: 'left',
  ...{ from, samples, cause },
});

const CASES: [what: string, play: (gaps: SideGaps) => void, gaps: Gap[]][] = [
  ['sound without a break has none', (gaps) => [0, 160, 320].forEach((at) => heard(gaps, at)), []],
  [
    'missing sequence numbers are loss',
    (gaps) => (heard(gaps, 0, 'first'), heard(gaps, 480, 'after-loss')),
    [left(160, 320, 'loss')],
  ],
  [
    'none missing is silence suppressed',
    (gaps) => (heard(gaps, 0, 'first'), heard(gaps, 480)),
    [left(160, 320, 'silence-suppressed')],
  ],
  [
    'a key press lost in between is loss',
    (gaps) => (heard(gaps, 0, 'first'), gaps.heardOther('after-loss'), heard(gaps, 480)),
    [left(160, 320, 'loss')],
  ],
  [
    'while on hold nothing else explains it',
    (gaps) => {
      heard(gaps, 0, 'first');
      gaps.hold(true);
      gaps.hold(false);
      heard(gaps, 8000, 'after-loss');
      heard(gaps, 8320, 'after-loss');
    },
    [left(160, 7840, 'hold'), left(8160, 160, 'loss')],
  ],
  [
    'music on hold is sound, and what is missing of it still hold',
    (gaps) => {
      gaps.hold(true);
      heard(gaps, 0, 'first');
      heard(gaps, 800, 'after-loss');
    },
    [left(160, 640, 'hold')],
  ],
  [
    'one that was overtaken fills its hole',
    (gaps) => (
      heard(gaps, 0, 'first'),
      heard(gaps, 320, 'after-loss'),
      heard(gaps, 160, 'reordered')
    ),
    [],
  ],
  [
    'one of three that were missing comes after all',
    (gaps) => (
      heard(gaps, 0, 'first'),
      heard(gaps, 640, 'after-loss'),
      heard(gaps, 320, 'reordered')
    ),
    [left(160, 160, 'loss'), left(480, 160, 'loss')],
  ],
  [
    'a crumb of drift is none',
    (gaps) => (
      heard(gaps, 0, 'first'),
      heard(gaps, 360, 'after-loss'),
      heard(gaps, 180, 'reordered')
    ),
    [],
  ],
  [
    'a late first packet leaves the beginning unheard',
    (gaps) => heard(gaps, 900, 'first'),
    [left(0, 900, 'unheard')],
  ],
  [
    'what a timestamp follows is no gap, whatever the clock',
    (gaps) => {
      heard(gaps, 0, 'first');
      gaps.heard({ position: 400, samples: 160, arrival: 'next', follows: true });
    },
    [],
  ],
];

test.each(CASES)('%s', (_what, play, expected) => {
  const gaps = new SideGaps('left');
  play(gaps);
  expect(gaps.take(100_000)).toEqual(expected);
  expect(gaps.take(100_000)).toEqual([]);
});

test('a gap is told when its window is written, not before it can be filled', () => {
  const gaps = new SideGaps('right');
  heard(gaps, 0, 'first');
  heard(gaps, 480, 'after-loss');
  expect(gaps.take(400)).toEqual([]);
  expect(gaps.take(480)).toMatchObject([{ side: 'right', from: 160, samples: 320 }]);
});

test.each([
  ['nothing came any more', false, 'unheard'],
  ['it was on hold', true, 'hold'],
] as const)('at the end: %s', (_what, held, cause) => {
  const gaps = new SideGaps('left');
  heard(gaps, 0, 'first');
  if (held) gaps.hold(true);
  expect(gaps.finish(8000)).toEqual([left(160, 7840, cause)]);
});

test('a side that was never heard is one gap; a pause between two packets at the end is none', () => {
  expect(new SideGaps('left').finish(8000)).toEqual([left(0, 8000, 'unheard')]);
  const gaps = new SideGaps('left');
  heard(gaps, 0, 'first');
  expect(gaps.finish(600)).toEqual([]);
});

test('milliseconds are added up by cause', () => {
  const gaps = [left(0, 160, 'loss'), left(800, 84, 'loss'), left(1600, 8000, 'paused')];
  expect(gapsMs(gaps, 8)).toEqual({ loss: 31, paused: 1000 });
});
