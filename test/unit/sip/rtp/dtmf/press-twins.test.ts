import { PressTwins, type Way } from '../../../../../sip/rtp/dtmf/press-twins';

type Tell = [way: Way, key: string, atMs: number];

test.each<[what: string, tells: Tell[], news: boolean[]]>([
  [
    'one way',
    [
      ['event', '5', 0],
      ['event', '5', 200],
      ['event', '6', 400],
    ],
    [true, true, true],
  ],
  [
    'an INFO for each event',
    [
      ['event', '5', 0],
      ['info', '5', 150],
      ['event', '5', 300],
      ['info', '5', 450],
    ],
    [true, false, true, false],
  ],
  [
    'the INFO first',
    [
      ['info', '5', 0],
      ['event', '5', 80],
      ['info', '5', 300],
      ['event', '5', 380],
    ],
    [true, false, true, false],
  ],
  [
    'both INFOs after both events',
    [
      ['event', '5', 0],
      ['event', '5', 150],
      ['info', '5', 160],
      ['info', '5', 300],
    ],
    [true, true, false, false],
  ],
  [
    'three ways',
    [
      ['tone', '5', 0],
      ['event', '5', 10],
      ['info', '5', 200],
      ['info', '5', 400],
    ],
    [true, false, false, true],
  ],
  [
    'another key',
    [
      ['event', '5', 0],
      ['info', '6', 100],
    ],
    [true, true],
  ],
  [
    'the same key much later',
    [
      ['event', '5', 0],
      ['info', '5', 1600],
    ],
    [true, true],
  ],
])('presses told in two ways are one: %s', (_what, tells, news) => {
  // A clock that wraps meanwhile.
  const from = 0x7fff_ffff - 800;
  for (const base of [0, from]) {
    const twins = new PressTwins();
    const found = tells.map(([way, key, atMs]) => twins.isNew(key, way, (base + atMs * 8) | 0));
    expect(found).toEqual(news);
  }
});
