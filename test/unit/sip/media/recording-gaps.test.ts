import { gapsMs, type Gap } from '../../../../sip/media/gap-list';
import { MANY_GAPS, SideGaps, type Sound } from '../../../../sip/media/recording-gaps';

/** Plays 20 ms packets whose timestamps are their places, unless told otherwise. */
function heard(
  gaps: SideGaps,
  position: number,
  sequence: number,
  { arrival = 'next', timestamp = position, placed = 160 }: Partial<Sound> = {},
): void {
  gaps.heard({ position, samples: 160, placed, sequence, timestamp, arrival });
}

const FIRST = { arrival: 'first' } as const;
const AFTER_LOSS = { arrival: 'after-loss' } as const;
const REORDERED = { arrival: 'reordered' } as const;

const left = (from: number, samples: number, cause: Gap['cause']): Gap => ({
  side: 'left',
  ...{ from, samples, cause },
});

const CASES: [what: string, play: (gaps: SideGaps) => void, gaps: Gap[]][] = [
  [
    'sound without a break has none',
    (gaps) => (heard(gaps, 0, 1, FIRST), heard(gaps, 160, 2), heard(gaps, 320, 3)),
    [],
  ],
  [
    'missing sequence numbers are loss',
    (gaps) => (heard(gaps, 0, 65_535, FIRST), heard(gaps, 480, 2, AFTER_LOSS)),
    [left(160, 320, 'loss')],
  ],
  [
    'none missing is silence suppressed',
    (gaps) => (heard(gaps, 0, 1, FIRST), heard(gaps, 480, 2)),
    [left(160, 320, 'silence-suppressed')],
  ],
  [
    'a key press lost in between is loss, at its place',
    (gaps) => (heard(gaps, 0, 1, FIRST), gaps.heardOther('after-loss', 3), heard(gaps, 480, 4)),
    [left(160, 160, 'loss'), left(320, 160, 'silence-suppressed')],
  ],
  [
    'or, where numbers do not keep step with time, all of it',
    (gaps) => (heard(gaps, 0, 1, FIRST), gaps.heardOther('after-loss', 3), heard(gaps, 800, 4)),
    [left(160, 640, 'loss')],
  ],
  [
    'of four key presses the third was lost, and two were overtaken',
    (gaps) => {
      heard(gaps, 0, 1, FIRST);
      gaps.heardOther('after-loss', 3);
      heard(gaps, 800, 6, AFTER_LOSS);
      for (const sequence of [5, 2]) gaps.heardOther('reordered', sequence);
    },
    [
      left(160, 320, 'silence-suppressed'),
      left(480, 160, 'loss'),
      left(640, 160, 'silence-suppressed'),
    ],
  ],
  [
    'a key press that was overtaken by another is no loss',
    (gaps) => {
      heard(gaps, 0, 1, FIRST);
      gaps.heardOther('after-loss', 3);
      gaps.heardOther('reordered', 2);
      heard(gaps, 480, 4);
    },
    [left(160, 320, 'silence-suppressed')],
  ],
  [
    'nor one that was overtaken by the sound after it',
    (gaps) => {
      heard(gaps, 0, 1, FIRST);
      heard(gaps, 480, 3, AFTER_LOSS);
      gaps.heardOther('reordered', 2);
    },
    [left(160, 320, 'silence-suppressed')],
  ],
  [
    'nor is sound that was overtaken by a key press, which ends where that begins',
    (gaps) => {
      heard(gaps, 0, 1, FIRST);
      gaps.heardOther('after-loss', 3);
      heard(gaps, 160, 2, REORDERED);
      heard(gaps, 640, 4);
    },
    [left(320, 320, 'silence-suppressed')],
  ],
  [
    'of two lost key presses one comes after all',
    (gaps) => {
      heard(gaps, 0, 1, FIRST);
      heard(gaps, 800, 4, AFTER_LOSS);
      gaps.heardOther('reordered', 3);
    },
    [left(160, 640, 'loss')],
  ],
  [
    'while on hold nothing else explains it',
    (gaps) => {
      heard(gaps, 0, 1, FIRST);
      gaps.hold(true);
      gaps.hold(false);
      heard(gaps, 8000, 51, AFTER_LOSS);
      heard(gaps, 8320, 53, AFTER_LOSS);
    },
    [left(160, 7840, 'hold'), left(8160, 160, 'loss')],
  ],
  [
    'music on hold is sound, and what is missing of it still hold',
    (gaps) => {
      gaps.hold(true);
      heard(gaps, 0, 1, FIRST);
      heard(gaps, 800, 6, AFTER_LOSS);
    },
    [left(160, 640, 'hold')],
  ],
  [
    'one that was overtaken fills its hole',
    (gaps) => {
      heard(gaps, 0, 1, FIRST);
      heard(gaps, 320, 3, AFTER_LOSS);
      heard(gaps, 160, 2, REORDERED);
    },
    [],
  ],
  [
    'one of three that were missing comes after all',
    (gaps) => {
      heard(gaps, 0, 1, FIRST);
      heard(gaps, 640, 5, AFTER_LOSS);
      heard(gaps, 320, 3, REORDERED);
    },
    [left(160, 160, 'loss'), left(480, 160, 'loss')],
  ],
  [
    'one that was overtaken by the first one and misses its neighbour',
    (gaps) => (heard(gaps, 900, 3, FIRST), heard(gaps, 580, 1, REORDERED)),
    [left(0, 580, 'unheard'), left(740, 160, 'loss')],
  ],
  [
    'a crumb of drift is none',
    (gaps) => {
      heard(gaps, 0, 1, FIRST);
      heard(gaps, 360, 3, { ...AFTER_LOSS, timestamp: 320 });
      heard(gaps, 180, 2, { ...REORDERED, timestamp: 160 });
    },
    [],
  ],
  [
    'one that was lost while a late start was mended is missing to the sample',
    (gaps) => {
      heard(gaps, 900, 1, { ...FIRST, timestamp: 0 });
      heard(gaps, 900, 3, { ...AFTER_LOSS, timestamp: 320 });
      heard(gaps, 1060, 4, { timestamp: 480 });
    },
    [left(0, 740, 'unheard'), left(740, 160, 'loss')],
  ],
  [
    'and so is one whose place moved away from what was before',
    (gaps) => {
      heard(gaps, 0, 1, FIRST);
      heard(gaps, 420, 3, { ...AFTER_LOSS, timestamp: 320 });
    },
    [left(260, 160, 'loss')],
  ],
  [
    'one that came too late is missing, wholly or by its first samples',
    (gaps) => {
      heard(gaps, 0, 1, FIRST);
      heard(gaps, 160, 2, { placed: 0 });
      heard(gaps, 320, 3, { placed: 100 });
      heard(gaps, 480, 4);
    },
    [left(160, 220, 'loss')],
  ],
  [
    'what was spoken before the recording began is not missed',
    (gaps) => {
      heard(gaps, -220, 1, { ...FIRST, placed: 0 });
      heard(gaps, -60, 2, { placed: 100 });
      heard(gaps, 100, 3);
    },
    [],
  ],
  [
    'a late first packet leaves the beginning unheard',
    (gaps) => heard(gaps, 900, 1, FIRST),
    [left(0, 900, 'unheard')],
  ],
  [
    'what a timestamp follows is no gap, whatever the clock',
    (gaps) => (heard(gaps, 0, 1, FIRST), heard(gaps, 400, 2, { timestamp: 160 })),
    [],
  ],
  [
    'unless the clock has gone on by more than a second',
    (gaps) => (heard(gaps, 0, 1, FIRST), heard(gaps, 9000, 2, { timestamp: 160 })),
    [left(160, 8840, 'silence-suppressed')],
  ],
];

test.each(CASES)('%s', (_what, play, expected) => {
  const gaps = new SideGaps('left');
  play(gaps);
  expect(gaps.take(100_000)).toEqual(expected);
  expect(gaps.take(100_000)).toEqual([]);
});

/** Every second packet, of so many samples each, is lost for so many ticks. Answers the gaps. */
function everySecondLost(gaps: SideGaps, samples: number, from: number, to: number): Gap[] {
  const told: Gap[] = [];
  for (let at = from; at < to; at += 2 * samples) {
    const sequence = (at / samples) & 0xffff;
    const arrival = at === 0 ? 'first' : 'after-loss';
    gaps.heard({ position: at, samples, placed: samples, sequence, timestamp: at, arrival });
    // As often as windows are written.
    if (at % 11_520 === 0) told.push(...gaps.take(at - 4000));
  }
  return [...told, ...gaps.take(to)];
}

test('every second packet of 10 ms may be lost: each is told by itself', () => {
  const told = everySecondLost(new SideGaps('left'), 80, 0, 80_000);
  expect(told).toEqual(Array.from({ length: 499 }, (_, i) => left(80 + 160 * i, 80, 'loss')));
});

test('single samples with gaps between them are told as gaps of 10 ms', () => {
  const told = everySecondLost(new SideGaps('left'), 1, 0, 80_000);
  expect(told.length).toBeLessThanOrEqual(80_000 / 80 + 7);
  expect(told.reduce((sum, { samples }) => sum + samples, 0)).toBeGreaterThan(39_000);
  for (const [i, { from }] of told.slice(1).entries()) {
    expect(from).toBeGreaterThanOrEqual((told[i]?.from ?? 0) + (told[i]?.samples ?? 0));
  }
});

test('a side with very many gaps has one a second from then on', () => {
  const gaps = new SideGaps('left');
  const until = 80 * 144 * Math.ceil(MANY_GAPS / 144);
  expect(everySecondLost(gaps, 40, 0, until).length).toBeGreaterThanOrEqual(MANY_GAPS);
  const seconds = 144;
  const more = everySecondLost(gaps, 40, until, until + 8000 * seconds);
  expect(more.length).toBeLessThanOrEqual(2 * seconds);
  expect(more.reduce((sum, { samples }) => sum + samples, 0)).toBeGreaterThan(4000 * (seconds - 1));
});

test('a gap is told when its window is written, not before it can be filled', () => {
  const gaps = new SideGaps('right');
  heard(gaps, 0, 1, FIRST);
  heard(gaps, 480, 4, AFTER_LOSS);
  expect(gaps.take(400)).toEqual([]);
  expect(gaps.take(480)).toMatchObject([{ side: 'right', from: 160, samples: 320 }]);
});

test('one gap of several packets is told as one, wherever the window ends', () => {
  const gaps = new SideGaps('left');
  heard(gaps, 0, 1, FIRST);
  heard(gaps, 640, 5, AFTER_LOSS);
  expect(gaps.take(330)).toEqual([]);
  expect(gaps.pending(330)).toEqual([left(160, 170, 'loss')]);
  expect(gaps.take(640)).toEqual([left(160, 480, 'loss')]);
});

test('what may go on is told up to the end of the window, with the cause it has so far', () => {
  const gaps = new SideGaps('left');
  expect(gaps.pending(400)).toEqual([left(0, 400, 'unheard')]);
  heard(gaps, 0, 1, FIRST);
  expect(gaps.pending(200)).toEqual([]);
  expect(gaps.pending(400)).toEqual([left(160, 240, 'unheard')]);
  heard(gaps, 480, 4, AFTER_LOSS);
  expect(gaps.pending(160)).toEqual([]);
  expect(gaps.pending(400)).toEqual([left(160, 240, 'loss')]);
  gaps.hold(true);
  expect(gaps.pending(800)).toEqual([left(160, 320, 'loss'), left(640, 160, 'hold')]);
});

test.each([
  ['nothing came any more', false, 'unheard'],
  ['it was on hold', true, 'hold'],
] as const)('at the end: %s', (_what, held, cause) => {
  const gaps = new SideGaps('left');
  heard(gaps, 0, 1, FIRST);
  if (held) gaps.hold(true);
  expect(gaps.finish(8000)).toEqual([left(160, 7840, cause)]);
});

test('a side that was never heard is one gap; a pause between two packets at the end is none', () => {
  expect(new SideGaps('left').finish(8000)).toEqual([left(0, 8000, 'unheard')]);
  const gaps = new SideGaps('left');
  heard(gaps, 0, 1, FIRST);
  expect(gaps.finish(600)).toEqual([]);
});

test('milliseconds are added up by cause', () => {
  const gaps = [left(0, 160, 'loss'), left(800, 84, 'loss'), left(1600, 8000, 'paused')];
  expect(gapsMs(gaps, 8)).toEqual({ loss: 31, paused: 1000 });
});
