import { createHmac } from 'node:crypto';
import { writeHeader } from '../../../../../sip/rtp/packet';
import { writeCompound } from '../../../../../sip/rtp/rtcp';
import { deriveKeys, type SrtpSuite } from '../../../../../sip/rtp/srtp/key-derivation';
import type { MasterKey } from '../../../../../sip/rtp/srtp/master-key';
import { SrtpReceiver, type Refused } from '../../../../../sip/rtp/srtp/receiver';
import { indexOf, ReplayWindow, WINDOW } from '../../../../../sip/rtp/srtp/replay-window';
import { SrtpSender } from '../../../../../sip/rtp/srtp/sender';

const SUITES: SrtpSuite[] = [
  'AES_CM_128_HMAC_SHA1_80',
  'AES_CM_128_HMAC_SHA1_32',
  'AEAD_AES_128_GCM',
];

function keyOf(suite: SrtpSuite, fill: number, mkiBytes = 0): MasterKey {
  const bytes = Buffer.alloc(suite === 'AEAD_AES_128_GCM' ? 28 : 30, fill);
  return { suite, key: bytes.toString('base64'), mkiBytes };
}

function rtp(sequence: number, ssrc = 7, text = `packet ${sequence}`): Buffer {
  const header = Buffer.alloc(12);
  writeHeader(header, 0, {
    ...{ marker: false, payloadType: 8, timestamp: 160 * sequence },
    ...{ sequence: sequence & 0xffff, ssrc },
  });
  return Buffer.concat([header, Buffer.from(text)]);
}

const report = (ssrc: number): Buffer => writeCompound([{ kind: 'rr', ssrc, reports: [] }]);
const copy = (packet: Buffer | null): Buffer => Buffer.from(packet as Buffer);

function pair(suite: SrtpSuite = 'AES_CM_128_HMAC_SHA1_80') {
  const refused: Refused = { forged: 0, repeated: 0 };
  const sender = new SrtpSender(keyOf(suite, 1));
  const receiver = new SrtpReceiver(keyOf(suite, 1), refused);
  return { sender, receiver, refused };
}

/** What of it arrives, by number; 0 for a packet that is dropped. */
function arrive(receiver: SrtpReceiver, packets: Buffer[]): number[] {
  return packets.map((packet) => {
    const plain = receiver.rtp(Buffer.from(packet));
    return plain === null ? 0 : Number(plain.toString('latin1', 12).split(' ')[1]);
  });
}

test.each([
  [0, 1, 1],
  [0xffff, 0, 0x1_0000],
  [0x1_0000, 0xffff, 0xffff],
  [0x1_0001, 0x1_0000 - 1, 0xffff],
  [0x2_8000, 0x1000, 0x3_1000 - 0x1_0000],
  [0x2_ffff, 5, 0x3_0005],
  // There is no round before the first.
  [5, 0xfffa, 0xfffa],
  // The last of 2^48.
  [2 ** 48 - 2, 0xffff, 2 ** 48 - 1],
])('after index %d sequence number %d is index %d', (highest, sequence, expected) => {
  expect(indexOf(highest, sequence)).toBe(expected);
});

test('each index passes once, as long as it is in the window', () => {
  const window = new ReplayWindow();
  const take = (index: number): boolean => {
    const isNew = window.isNew(index);
    if (isNew) window.add(index);
    return isNew;
  };
  expect([100, 102, 101, 102, 101, 100].map(take)).toEqual([
    true,
    true,
    true,
    ...Array(3).fill(false),
  ]);
  expect(take(102 + WINDOW)).toBe(true);
  // In the place of 102: it was not seen, and is too late by one.
  expect([102, 103, 103].map(take)).toEqual([false, true, false]);
});

describe.each(SUITES)('%s', (suite) => {
  test('packets pass two wraps, out of order and with loss around them, each once', () => {
    const { sender, receiver, refused } = pair(suite);
    const order = [65_533, 65_535, 65_536, 65_534, 65_538, 65_537];
    const first = order.map((number) => copy(sender.rtp(rtp(number))));
    expect(arrive(receiver, [...first, ...first])).toEqual([...order, ...order.map(() => 0)]);
    expect(refused).toEqual({ forged: 0, repeated: order.length });
    for (let number = 65_540; number < 131_000; number += 1000) {
      expect(arrive(receiver, [copy(sender.rtp(rtp(number)))])).toEqual([number]);
    }
    expect(arrive(receiver, [copy(sender.rtp(rtp(131_072 + 9)))])).toEqual([131_081]);
  });

  test('another key, a wrong round, another source’s number: nothing is let through', () => {
    const { sender, receiver, refused } = pair(suite);
    const other = new SrtpReceiver(keyOf(suite, 2), refused);
    expect(arrive(other, [copy(sender.rtp(rtp(1)))])).toEqual([0]);
    expect(refused.forged).toBe(1);
    const relabelled = copy(sender.rtp(rtp(2)));
    relabelled.writeUInt32BE(8, 8);
    expect(arrive(receiver, [relabelled])).toEqual([0]);
    expect(receiver.rtp(rtp(3))).toBeNull();
    expect(receiver.rtp(Buffer.from('no RTP at all, and long enough'))).toBeNull();
    expect(receiver.rtcp(report(7))).toBeNull();
    expect(refused).toEqual({ forged: 5, repeated: 0 });
  });

  test('reports pass beside RTP, each once', () => {
    const { sender, receiver, refused } = pair(suite);
    sender.rtp(rtp(1));
    const sent = [1, 2, 3].map(() => copy(sender.rtcp(report(7))));
    for (const one of sent) expect(receiver.rtcp(Buffer.from(one))).toEqual(report(7));
    for (const one of sent) expect(receiver.rtcp(Buffer.from(one))).toBeNull();
    expect(refused).toEqual({ forged: 0, repeated: 3 });
  });

  test('a key identifier of the far side is passed over where its suite has it', () => {
    const refused: Refused = { forged: 0, repeated: 0 };
    const sender = new SrtpSender(keyOf(suite, 1));
    const receiver = new SrtpReceiver(keyOf(suite, 1, 4), refused);
    const tag = suite === 'AES_CM_128_HMAC_SHA1_80' ? 10 : 4;
    const withMki = (packet: Buffer, tagBytes: number): Buffer => {
      const at = suite === 'AEAD_AES_128_GCM' ? packet.length : packet.length - tagBytes;
      return Buffer.concat([packet.subarray(0, at), Buffer.from('mki!'), packet.subarray(at)]);
    };
    const packet = withMki(copy(sender.rtp(rtp(1))), tag);
    expect(arrive(receiver, [packet])).toEqual([1]);
    expect(receiver.rtcp(withMki(copy(sender.rtcp(report(7))), 10))).toEqual(report(7));
  });

  test('of 10,000 mutated packets and reports none is taken', () => {
    const { sender, receiver } = pair(suite);
    const packets = [1, 2, 3, 4].map((number) => copy(sender.rtp(rtp(number))));
    const reports = [1, 2].map(() => copy(sender.rtcp(report(7))));
    arrive(receiver, packets.slice(0, 2));
    receiver.rtcp(Buffer.from(reports[0] as Buffer));
    const random = generator(4711);
    for (let i = 0; i < 10_000; i++) {
      const packet = mutated(packets[i % 4] as Buffer, random);
      expect([i, receiver.rtp(packet)]).toEqual([i, null]);
      const datagram = mutated(reports[i % 2] as Buffer, random);
      expect([i, receiver.rtcp(datagram)]).toEqual([i, null]);
    }
    expect(arrive(receiver, packets.slice(2))).toEqual([3, 4]);
    expect(receiver.rtcp(reports[1] as Buffer)).toEqual(report(7));
  });
});

test('a report that its owner did not encrypt is refused, though its tag is right', () => {
  const { receiver, refused } = pair();
  const { rtcp } = deriveKeys('AES_CM_128_HMAC_SHA1_80', Buffer.alloc(30, 1));
  const bare = Buffer.concat([report(7), Buffer.from([0, 0, 0, 1])]);
  const tag = createHmac('sha1', rtcp.authentication).update(bare).digest().subarray(0, 10);
  expect(receiver.rtcp(Buffer.concat([bare, tag]))).toBeNull();
  expect(refused).toEqual({ forged: 1, repeated: 0 });
});

test('a source that is first heard after its wrap is found', () => {
  const { sender, receiver } = pair();
  sender.rtp(rtp(65_535));
  expect(arrive(receiver, [copy(sender.rtp(rtp(65_536)))])).toEqual([65_536]);
});

test('several sources have each their own round and window', () => {
  const { sender, receiver, refused } = pair();
  const numbers = [65_535, 65_536, 65_537];
  for (const ssrc of [7, 8, 9]) {
    const sent = numbers.map((number) => copy(sender.rtp(rtp(number, ssrc))));
    expect(arrive(receiver, sent)).toEqual(numbers);
  }
  expect(refused).toEqual({ forged: 0, repeated: 0 });
});

test('there is an end to the sources that are kept', () => {
  const { sender, receiver } = pair();
  const taken = (ssrc: number): boolean =>
    receiver.rtp(copy(sender.rtp(rtp(1, ssrc)))) !== null &&
    receiver.rtcp(copy(sender.rtcp(report(ssrc)))) !== null;
  for (let ssrc = 0; ssrc < 256; ssrc++) expect(taken(ssrc)).toBe(true);
  expect(receiver.rtp(copy(sender.rtp(rtp(1, 256))))).toBeNull();
  expect(receiver.rtcp(copy(sender.rtcp(report(256))))).toBeNull();
  expect(arrive(receiver, [copy(sender.rtp(rtp(2, 5)))])).toEqual([2]);
});

test('no number is sent twice, and none of which that is not known', () => {
  const sender = new SrtpSender(keyOf('AEAD_AES_128_GCM', 1));
  const sent = (number: number, text: string): boolean => sender.rtp(rtp(number, 7, text)) !== null;
  expect([sent(500, 'one'), sent(499, 'late'), sent(500, 'other')]).toEqual([true, true, false]);
  expect([sent(500 + WINDOW, 'far'), sent(500, 'once more')]).toEqual([true, false]);
  expect(sender.rtp(Buffer.from('no RTP'))).toBeNull();
  expect(sender.rtcp(Buffer.from('short'))).toBeNull();
});

test('a longer packet than any before fits', () => {
  const { sender, receiver } = pair();
  const long = rtp(1, 7, 'x'.repeat(3000));
  expect(receiver.rtp(copy(sender.rtp(long)))).toEqual(long);
});

describe('after another key', () => {
  /** In its third round. */
  const late = (): ReturnType<typeof pair> => {
    const both = pair();
    for (const number of [65_000, 65_537, 90_000, 115_000, 131_073]) {
      expect(arrive(both.receiver, [copy(both.sender.rtp(rtp(number)))])).toEqual([number]);
    }
    return both;
  };
  const next = keyOf('AEAD_AES_128_GCM', 2);

  test('the round goes on at both sides, and the old key opens nothing', () => {
    const { sender, receiver, refused } = late();
    const old = copy(sender.rtp(rtp(131_074)));
    const after = new SrtpReceiver(next, refused, receiver);
    expect(arrive(after, [old])).toEqual([0]);
    const sent = copy(new SrtpSender(next, sender).rtp(rtp(131_075)));
    expect(arrive(after, [sent])).toEqual([131_075]);
  });

  test('it goes on after a key that the source never used', () => {
    const { sender, receiver, refused } = late();
    const unused = new SrtpReceiver(keyOf('AEAD_AES_128_GCM', 3), refused, receiver);
    const after = new SrtpReceiver(next, refused, unused);
    expect(arrive(after, [copy(new SrtpSender(next, sender).rtp(rtp(131_075)))])).toEqual([
      131_075,
    ]);
  });

  test('a far side that begins again is understood', () => {
    const { receiver, refused } = late();
    const after = new SrtpReceiver(next, refused, receiver);
    const anew = new SrtpSender(next);
    expect(
      arrive(
        after,
        [3, 4].map((number) => copy(anew.rtp(rtp(number)))),
      ),
    ).toEqual([3, 4]);
  });

  test('no number of a report is used again', () => {
    const { sender } = late();
    sender.rtcp(report(7));
    const sent = copy(new SrtpSender(next, sender).rtcp(report(7)));
    expect(sent.readUInt32BE(sent.length - 4)).toBe(0x8000_0001);
  });
});

/** The same numbers each time: a mutant that passes can be found again. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** One to three bytes changed, bytes cut off or added: never the packet itself. */
function mutated(packet: Buffer, random: (below: number) => number): Buffer {
  const kind = random(4);
  if (kind === 0) return Buffer.from(packet.subarray(0, random(packet.length)));
  if (kind === 1) return Buffer.concat([packet, Buffer.alloc(1 + random(20), random(256))]);
  const bytes = Buffer.from(packet);
  do {
    for (let i = 0; i <= random(3); i++) {
      const at = random(bytes.length);
      bytes[at] = (bytes[at] as number) ^ (1 + random(255));
    }
  } while (bytes.equals(packet));
  return bytes;
}
