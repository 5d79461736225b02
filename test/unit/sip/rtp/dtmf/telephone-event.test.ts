import { KEYS } from '../../../../../sip/rtp/dtmf/keys';
import { TelephoneEventReader } from '../../../../../sip/rtp/dtmf/telephone-event-reader';
import { TelephoneEventWriter } from '../../../../../sip/rtp/dtmf/telephone-event-writer';
import { seeded } from '../../../../simulation/random';
import { KeyLog } from './key-log';

interface Packet {
  payload: Uint8Array;
  timestamp: number;
  sequence: number;
  marker: boolean;
  at: number;
}

const STEP = 160;

/** All packets of presses of `ticks` each, every 20 ms, `pause` ticks apart. */
function presses(keys: string, ticks: number, pause = 800, start = { timestamp: 0, sequence: 0 }) {
  let { timestamp, sequence } = start;
  let at = 0;
  return [...keys].map((key) => {
    const writer = new TelephoneEventWriter(key, ticks);
    const packets: Packet[] = [];
    for (let elapsed = 0; ; elapsed += STEP) {
      const payload = new Uint8Array(4);
      if (!writer.write(payload, 0, elapsed)) break;
      sequence = (sequence + 1) & 0xffff;
      packets.push({
        ...{ payload, sequence, marker: writer.marker, at: at + elapsed },
        timestamp: (timestamp + writer.begin) | 0,
      });
    }
    timestamp = (timestamp + ticks + pause) | 0;
    at += ticks + pause;
    return packets;
  });
}

/** What a reader tells of these packets; time goes on to `until` afterwards. */
function read(packets: Packet[], until = 0): string[] {
  const log = new KeyLog();
  const reader = new TelephoneEventReader(log);
  for (const { payload, timestamp, sequence, at } of packets) {
    reader.expire(at);
    reader.read(payload, 0, payload.length, timestamp, sequence, at);
  }
  reader.expire(until);
  return log.lines;
}

const hex = ({ payload }: Packet): string => Buffer.from(payload).toString('hex');
const keyed = (keys: string, ticks: number): Packet[] => presses(keys, ticks).flat();

describe('writing a press', () => {
  test('is marked once, updated, and ended three times with one timestamp', () => {
    const packets = keyed('5', 400);
    expect(packets.map(hex)).toEqual([
      ...['050a0001', '050a00a0', '050a0140'],
      ...['058a0190', '058a0190', '058a0190'],
    ]);
    expect(packets.map(({ marker }) => marker)).toEqual([true, ...Array(5).fill(false)]);
    expect(new Set(packets.map(({ timestamp }) => timestamp)).size).toBe(1);
  });

  test('lasts until it is released, and never becomes shorter than was told', () => {
    const writer = new TelephoneEventWriter('#');
    const payload = new Uint8Array(4);
    for (const elapsed of [0, 160, 320]) expect(writer.write(payload, 0, elapsed)).toBe(true);
    writer.release(200);
    for (const elapsed of [480, 640, 800]) {
      expect(writer.write(payload, 0, elapsed)).toBe(true);
      expect(Buffer.from(payload).toString('hex')).toBe('0b8a0140');
    }
    expect(writer.write(payload, 0, 960)).toBe(false);
  });

  test('beyond 0xffff ticks goes on in segments that join', () => {
    const packets = keyed('1', 140_000);
    const full = packets.filter(({ payload }) => payload[2] === 255 && payload[3] === 255);
    expect(full.map(({ timestamp }) => timestamp)).toEqual([0, 65_535]);
    expect(full.every(({ payload }) => ((payload[1] as number) & 0x80) === 0)).toBe(true);
    expect(packets.slice(-3).map(({ timestamp }) => timestamp)).toEqual(Array(3).fill(131_070));
    expect(hex(packets.at(-1) as Packet)).toBe('018a22e2');
    expect(packets.filter(({ marker }) => marker)).toHaveLength(1);
  });

  test('of what is no key is refused', () => {
    expect(() => new TelephoneEventWriter('E')).toThrow(RangeError);
    expect(() => new TelephoneEventWriter('12')).toThrow(RangeError);
    expect(() => new TelephoneEventWriter('')).toThrow(RangeError);
  });
});

describe('reading', () => {
  test('tells every key once with its duration', () => {
    const expected = [...KEYS].flatMap((key) => [`${key}+`, `${key}-100`]);
    expect(read(keyed(KEYS, 800))).toEqual(expected);
  });

  test('tells the key at its first packet, not at its end', () => {
    expect(read(keyed('7', 800).slice(0, 1))).toEqual(['7+']);
  });

  test('the same key twice is two presses', () => {
    expect(read(keyed('55', 800))).toEqual(['5+', '5-100', '5+', '5-100']);
  });

  test.each(['first', 'every other', 'all but one end'])('%s packet lost', (which) => {
    const packets = keyed('42', 800).filter(({ sequence, payload, marker }) => {
      if (which === 'first') return !marker;
      if (which === 'every other') return sequence % 2 === 0;
      return ((payload[1] as number) & 0x80) !== 0 && sequence % 3 === 0;
    });
    expect(read(packets)).toEqual(['4+', '4-100', '2+', '2-100']);
  });

  test('all ends lost: the next press ends it with what was told by then', () => {
    const [first, second] = presses('12', 800) as [Packet[], Packet[]];
    expect(read([...first.slice(0, 4), ...second])).toEqual(['1+', '1-60', '2+', '2-100']);
  });

  test('all ends lost and the same key again: two presses', () => {
    const [first, second] = presses('11', 800) as [Packet[], Packet[]];
    expect(read([...first.slice(0, 4), ...second])).toEqual(['1+', '1-60', '1+', '1-100']);
  });

  test('all ends lost and nothing after: time ends it once, late updates change nothing', () => {
    const packets = keyed('9', 800);
    expect(read(packets.slice(0, 4), 480 + 1599)).toEqual(['9+']);
    expect(read(packets.slice(0, 4), 480 + 1600)).toEqual(['9+', '9-60']);
    const late = packets.slice(4).map((packet) => ({ ...packet, at: packet.at + 4000 }));
    expect(read([...packets.slice(0, 4), ...late], 9000)).toEqual(['9+', '9-60']);
  });

  test('reordered and doubled packets, also an end that overtakes', () => {
    const packets = keyed('36', 800);
    const swapped = packets.map((_, i) => packets[i ^ 1] ?? (packets[i] as Packet));
    expect(read([...swapped, ...swapped.slice(-2)])).toEqual(['3+', '3-100', '6+', '6-100']);
  });

  test('reordered updates do not shorten a press whose end was lost', () => {
    const [a, b, c, d] = keyed('8', 800) as [Packet, Packet, Packet, Packet];
    expect(read([a, b, d, c], 9000)).toEqual(['8+', '8-60']);
  });

  test('a packet of the press before this one is too late', () => {
    const [first, second] = presses('12', 800) as [Packet[], Packet[]];
    const late = first.at(-1) as Packet;
    expect(read([...first.slice(0, -1), ...second.slice(0, 2), late, ...second.slice(2)])).toEqual([
      ...['1+', '1-100', '2+', '2-100'],
    ]);
  });

  test.each([0, 1])('a press of 17 s is one press, full segments lost or not (%i)', (lost) => {
    const packets = keyed('*', 140_000).filter(
      ({ payload }) => lost === 0 || (payload[2] as number) < 255,
    );
    expect(read(packets)).toEqual(['*+', '*-17500']);
  });

  test('sequence and timestamp may wrap within a press', () => {
    const start = { timestamp: 2_147_483_000, sequence: 65_533 };
    expect(read(presses('08', 800, 800, start).flat())).toEqual(['0+', '0-100', '8+', '8-100']);
  });

  test('a sender that moves the timestamp with every packet presses once', () => {
    const packets = keyed('4', 800).map((packet, i) => ({
      ...packet,
      timestamp: Math.min(i * STEP, 800),
    }));
    const lines = read(packets);
    expect(lines[0]).toBe('4+');
    expect(lines).toHaveLength(2);
  });

  test('a restarted sender is understood', () => {
    const [first] = presses('1', 800, 0, { timestamp: 1_000_000, sequence: 30_000 }) as [Packet[]];
    expect(read([...first, ...keyed('1', 800)])).toEqual(['1+', '1-100', '1+', '1-100']);
  });

  test('other clocks give milliseconds all the same', () => {
    const log = new KeyLog();
    const reader = new TelephoneEventReader(log, 48_000);
    reader.read(Uint8Array.of(5, 0x8a, 0x12, 0xc0), 0, 4, 0, 1, 0);
    expect(log.lines).toEqual(['5+', '5-100']);
  });

  test('what is no key or cut short is left out', () => {
    const log = new KeyLog();
    const reader = new TelephoneEventReader(log);
    reader.read(Uint8Array.of(16, 0x80, 0, 9), 0, 4, 0, 1, 0);
    reader.read(Uint8Array.of(5, 0x80, 0), 0, 3, 0, 2, 0);
    reader.read(Uint8Array.of(5, 0x80, 0, 9), 1, 4, 0, 3, 0);
    expect(log.lines).toEqual([]);
  });
});

test('with a fifth lost, doubled or one place late, each press that got through is told once', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = seeded(seed);
    const keys = Array.from({ length: 12 }, () => random.pick([...KEYS])).join('');
    const sent = presses(keys, 480 + random.below(2000), 400 + random.below(2000), {
      timestamp: random.below(2 ** 31),
      sequence: random.below(65_536),
    });
    const through = sent.map((packets) => packets.filter(() => !random.chance(0.2)));
    const packets = through.flatMap((press) => {
      const doubled = press.flatMap((packet) => (random.chance(0.1) ? [packet, packet] : [packet]));
      for (let i = 1; i < doubled.length; i++) {
        if (random.chance(0.2)) {
          [doubled[i - 1], doubled[i]] = [doubled[i] as Packet, doubled[i - 1] as Packet];
        }
      }
      return doubled;
    });
    const lines = read(packets, 2 ** 30);
    const expected = [...keys].filter((_, i) => through[i]?.length !== 0);
    expect({ seed, keys: lines.filter((line) => line.endsWith('+')).map((l) => l[0]) }).toEqual({
      seed,
      keys: expected,
    });
    lines.forEach((line, i) => expect(line[1]).toBe(i % 2 === 0 ? '+' : '-'));
  }
});

test('any bytes in any order: downs and ups alternate', () => {
  const random = seeded(4733);
  const log = new KeyLog();
  const reader = new TelephoneEventReader(log);
  for (let i = 0; i < 20_000; i++) {
    const payload = Uint8Array.from({ length: random.below(7) }, () => random.below(256));
    if (payload.length > 0) payload[0] = random.below(20);
    const timestamp = random.below(4) * 0xffff + random.below(3);
    reader.read(payload, 0, payload.length, timestamp, random.below(300), i);
    if (random.chance(0.1)) reader.expire(i + random.below(3000));
  }
  expect(log.lines.length).toBeGreaterThan(100);
  log.lines.forEach((line, i) => {
    expect(line[1]).toBe(i % 2 === 0 ? '+' : '-');
    if (i % 2 === 1) expect(line[0]).toBe(log.lines[i - 1]?.[0]);
  });
});
