import { ArrivalCounts, type Arrival } from '../../../../sip/rtp/arrival-counts';
import { seeded } from '../../../simulation/random';

function take(reception: ArrivalCounts, sequences: number[], ssrc = 1): Arrival[] {
  return sequences.map((sequence) => reception.take(ssrc, sequence & 0xffff));
}

const COUNTS: [what: string, sequences: number[], expected: number, lost: number, twice: number][] =
  [
    ['all in order', [5, 6, 7, 8], 4, 0, 0],
    ['one is missing', [5, 6, 8], 4, 1, 0],
    ['one is overtaken', [5, 7, 6, 8], 4, 0, 0],
    ['one comes twice', [5, 6, 6, 7], 3, 0, 1],
    ['one comes twice, late', [5, 6, 7, 8, 5], 4, 0, 1],
    ['one is overtaken and comes twice', [5, 7, 6, 6], 3, 0, 1],
    ['the number wraps', [65534, 65535, 0, 2], 5, 1, 0],
    ['overtaken over the wrap', [65534, 0, 65535], 3, 0, 0],
    ['the first was overtaken', [5, 3, 6], 4, 1, 0],
    ['the first were overtaken', [5, 3, 4], 3, 0, 0],
    ['a long loss', [0, 2000], 2001, 1999, 0],
    [
      'one that was lost 1024 before is not taken for one that came',
      [0, 1, 1025, 1024],
      1026,
      1022,
      0,
    ],
    ['a jump ahead is another series', [5, 6, 20_000, 20_001], 4, 0, 0],
    ['a jump back is another series', [20_000, 20_001, 5, 7], 5, 1, 0],
  ];

test.each(COUNTS)('%s', (_what, sequences, expected, lost, duplicates) => {
  const reception = new ArrivalCounts();
  take(reception, sequences);
  const received = expected - lost;
  expect(reception.counts()).toEqual({ expected, received, lost, duplicates });
});

test('a new SSRC goes on counting from its own number', () => {
  const reception = new ArrivalCounts();
  take(reception, [10, 11, 13]);
  expect(take(reception, [500, 502], 2)).toEqual(['first', 'after-loss']);
  expect(reception.counts()).toEqual({ expected: 7, received: 5, lost: 2, duplicates: 0 });
});

test('packets that a new SSRC has overtaken count in the series before, and end none of the new one', () => {
  const reception = new ArrivalCounts();
  take(reception, [10, 11], 1);
  expect(take(reception, [501], 2)).toEqual(['first']);
  expect(take(reception, [13, 12], 1)).toEqual(['first', 'reordered']);
  expect(take(reception, [502, 500, 503], 2)).toEqual(['next', 'reordered', 'next']);
  expect(take(reception, [13], 1)).toEqual(['again']);
  expect(reception.counts()).toEqual({ expected: 8, received: 8, lost: 0, duplicates: 1 });
});

test('an SSRC that comes back after long begins anew', () => {
  const reception = new ArrivalCounts();
  take(reception, [10, 11], 1);
  take(
    reception,
    Array.from({ length: 200 }, (_, i) => 500 + i),
    2,
  );
  expect(take(reception, [400, 401], 1)).toEqual(['first', 'next']);
  expect(reception.counts()).toEqual({ expected: 204, received: 204, lost: 0, duplicates: 0 });
});

test('each packet is told what it is', () => {
  const told = take(new ArrivalCounts(), [1, 2, 4, 3, 3, 5]);
  expect(told).toEqual(['first', 'next', 'after-loss', 'reordered', 'again', 'next']);
});

test.each([1, 2, 3, 4, 5])(
  'lost, reordered and doubled at random (seed %i), it reconciles',
  (seed) => {
    const random = seeded(seed).next;
    const sent = Array.from({ length: 5000 }, (_, i) => (65_000 + i) & 0xffff);
    const came = sent
      .map((sequence, i) => ({ sequence, at: i + random() * 12, i }))
      .filter(({ i }) => i === 0 || i === sent.length - 1 || random() > 0.1);
    const copies = came.filter(() => random() < 0.05).map((one) => ({ ...one, at: one.at + 20 }));
    const arrivals = [...came, ...copies].sort((a, b) => a.at - b.at);
    const reception = new ArrivalCounts();
    for (const { sequence } of arrivals) {
      reception.take(9, sequence);
      const { expected, received, lost } = reception.counts();
      expect(expected).toBe(received + lost);
      expect(lost).toBeGreaterThanOrEqual(0);
    }
    expect(reception.counts()).toEqual({
      ...{ expected: sent.length, received: came.length },
      ...{ lost: sent.length - came.length, duplicates: copies.length },
    });
  },
);
