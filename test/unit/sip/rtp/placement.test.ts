import { Placement } from '../../../../sip/rtp/placement';

const SSRC = 5;

/** Places 20 ms packets of one sender: `[timestamp, now]` each. */
function place(placement: Placement, packets: [timestamp: number, now: number][]): number[] {
  return packets.map(([timestamp, now]) => placement.place(SSRC, timestamp >>> 0, 160, now));
}

test('the first packet ends now, the rest follow its timestamps whatever their jitter', () => {
  const at = place(new Placement(), [
    [1000, 8160],
    [1160, 8400],
    [1320, 8480],
    [1640, 8805],
  ]);
  expect(at).toEqual([8000, 8160, 8320, 8640]);
});

// As RTP reads it, 0xffffffff is -1.
test.each([0, -1])('whatever its SSRC: %s', (ssrc) => {
  expect(new Placement().place(ssrc, 4000, 160, 4200)).toBe(4040);
});

test('what was spoken before the recording began has a negative place', () => {
  expect(place(new Placement(), [[1000, 40]])).toEqual([-120]);
});

test('timestamps may wrap and packets may be reordered', () => {
  const at = place(new Placement(), [
    [4_294_967_200, 160],
    [4_294_967_200 + 320, 480],
    [4_294_967_200 + 160, 481],
    [4_294_967_200 + 480, 640],
  ]);
  expect(at).toEqual([0, 320, 160, 480]);
});

test('a sender that comes back with another SSRC is placed by the clock', () => {
  const placement = new Placement();
  placement.place(SSRC, 1000, 160, 160);
  expect(placement.place(6, 77, 160, 4000)).toBe(3840);
});

test('a sender that jumps by more than a second is placed by the clock', () => {
  const placement = new Placement();
  place(placement, [[1000, 160]]);
  expect(place(placement, [[900_000, 320]])).toEqual([160]);
  expect(place(placement, [[900_160, 80_000]])).toEqual([79_840]);
});

test('drift of the sender’s clock is taken out once per window', () => {
  const placement = new Placement();
  place(placement, [
    [0, 160],
    [160, 320 + 300],
    [320, 480 + 250],
  ]);
  placement.settle();
  place(placement, [[480, 640 + 260]]);
  placement.settle();
  expect(place(placement, [[640, 800 + 260]])).toEqual([640 + 260]);
});

test('a first packet that was late is corrected by the punctual ones after it', () => {
  const placement = new Placement();
  expect(place(placement, [[0, 160 + 480]])).toEqual([480]);
  place(placement, [[160, 320]]);
  placement.settle();
  expect(place(placement, [[320, 480]])).toEqual([320]);
});

test('a late start is corrected at once, before a window is over', () => {
  const placement = new Placement();
  placement.place(1, 0, 160, 160 + 320);
  expect(placement.place(1, 160, 160, 320)).toBe(160);
  expect(placement.place(1, 320, 160, 480)).toBe(320);
});

test('after the start only the end of a window corrects a drift within 30 ms', () => {
  const placement = new Placement();
  placement.place(1, 0, 160, 160);
  placement.settle();
  expect(placement.place(1, 160, 160, 320 - 200)).toBe(160);
});

test('jitter alone moves nothing', () => {
  const placement = new Placement();
  place(placement, [
    [0, 160],
    [160, 320 + 400],
    [320, 480 + 100],
  ]);
  placement.settle();
  expect(place(placement, [[480, 640]])).toEqual([480]);
});

test('what was said for 300 ms is not shifted for a packet that comes a little early', () => {
  const placement = new Placement();
  const start = Array.from({ length: 16 }, (_, i): [number, number] => [160 * i, 160 * (i + 2)]);
  expect(place(placement, start).at(-1)).toBe(160 * 16);
  expect(place(placement, [[160 * 16, 160 * 18 - 100]])).toEqual([160 * 17]);
  expect(place(placement, [[160 * 17, 160 * 19 - 300]])).toEqual([160 * 18 - 300]);
});

test('a drift within 30 ms is taken out when nothing is said, and not before', () => {
  const placement = new Placement();
  place(placement, [[0, 160]]);
  placement.settle();
  place(placement, [[160, 320 + 120]]);
  expect(placement.owes).toBe(false);
  placement.settle();
  expect(place(placement, [[320, 480 + 120]])).toEqual([320]);
  expect(placement.owes).toBe(true);
  placement.correct();
  expect(placement.owes).toBe(false);
  expect(place(placement, [[480, 640 + 120]])).toEqual([480 + 120]);
});

/** `[at, samples]`: what the packet just placed was moved by, and where what was placed before ends. */
function correction({ correctedAt, correction: samples }: Placement): number[] {
  return samples === 0 ? [] : [correctedAt, samples];
}

test('each packet that is moved against those before it says by how much, and no other does', () => {
  const placement = new Placement();
  const told = (...packet: [number, number]): number[] => {
    place(placement, [packet]);
    return correction(placement);
  };
  expect(told(1000, 8160)).toEqual([]);
  // Early, at the start.
  expect(told(1160, 8270)).toEqual([8160, -50]);
  placement.settle();
  expect(told(1320, 8430 + 100)).toEqual([]);
  placement.settle();
  placement.correct();
  // Behind one that was lost.
  expect(told(1640, 8750 + 100)).toEqual([8430, 100]);
  expect(told(1800, 8910 + 100)).toEqual([]);
  // Late by more than a second, by a clock that went on.
  expect(told(1960, 9170 + 9000)).toEqual([9010, 9000]);
});

test.each([
  ['another sender', 6, 77],
  ['one that jumped', SSRC, 900_000],
])('%s begins anew, and nothing is corrected', (_what, ssrc, timestamp) => {
  const placement = new Placement();
  place(placement, [[1000, 160]]);
  placement.settle();
  place(placement, [[1160, 320 + 120]]);
  placement.settle();
  placement.correct();
  expect(placement.place(ssrc, timestamp, 160, 4000)).toBe(3840);
  expect(correction(placement)).toEqual([]);
});

test('one that was overtaken lies beside those that were spoken before the correction', () => {
  const placement = new Placement();
  place(placement, [[0, 160]]);
  placement.settle();
  place(placement, [[320, 480 + 120]]);
  placement.settle();
  placement.correct();
  expect(place(placement, [[160, 490 + 120]])).toEqual([160]);
  expect(place(placement, [[640, 800 + 120]])).toEqual([640 + 120]);
  expect(correction(placement)).toEqual([480, 120]);
  expect(
    place(placement, [
      [200, 810 + 120],
      [480, 820 + 120],
    ]),
  ).toEqual([200, 480]);
  expect(correction(placement)).toEqual([]);
});

/** Packets of 20 ms in an hour. */
const HOUR = 180_000;

test.each([
  ['fast', 200],
  ['slow', -200],
])(
  'an hour of a clock that is too %s by 200 ppm, with jitter of 60 ms, is never 20 ms askew',
  (_what, ppm) => {
    const placement = new Placement();
    let seed = 1;
    const jitter = (): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((seed / 2 ** 32) * 480);
    };
    let worst = 0;
    let shiftedInSpeech = 0;
    let before = 0;
    let corrected = 0;
    let first = 0;
    for (let i = 0; i < HOUR; i++) {
      const spokenAt = Math.round((i * 160) / (1 + ppm / 1e6));
      const position = placement.place(SSRC, (i * 160) >>> 0, 160, spokenAt + 160 + jitter());
      // Nobody speaks for the last half second of four.
      const quiet = i % 200 >= 175;
      if (i % 200 < 175 && i % 200 > 0 && position !== before + 160) shiftedInSpeech += 1;
      before = position;
      if (i === 0) first = position;
      corrected += placement.correction;
      if (quiet && placement.owes) placement.correct();
      if (i % 72 === 71) placement.settle();
      // After the first silence; until then the jitter of the first packet may be in it.
      if (i > 400) worst = Math.max(worst, Math.abs(position - spokenAt));
    }
    expect(worst).toBeLessThan(160);
    // But for the beginning, where the first packet may have been late itself.
    expect(shiftedInSpeech).toBeLessThan(5);
    // All of the skew was listed, and nothing else.
    expect(first + corrected).toBe(before - (HOUR - 1) * 160);
    expect(Math.abs(corrected + first + (ppm / 1e6) * HOUR * 160)).toBeLessThan(160);
  },
);
