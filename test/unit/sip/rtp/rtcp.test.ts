import {
  isRtcp,
  ntpMiddle,
  ntpTime,
  readCompound,
  reportInterval,
  roundTripMs,
  writeCompound,
  type ReportBlock,
  type RtcpPacket,
} from '../../../../sip/rtp/rtcp';

const BLOCK: ReportBlock = {
  ...{ ssrc: 0xfedcba98, fractionLost: 26, lost: -3, highestSequence: 0x0002_0007 },
  ...{ jitter: 80, lastSr: 0xb705_2000, delaySinceLastSr: 0x0005_4000 },
};
const SENDER_REPORT: RtcpPacket = {
  kind: 'sr',
  ssrc: 0xdeadbeef,
  sender: {
    ntp: { seconds: 0xb44d_b705, fraction: 0x2000_0000 },
    ...{ rtpTimestamp: 0xffff_fff0, packets: 250, octets: 40_000 },
  },
  reports: [BLOCK],
};
const names = (cname: string): RtcpPacket => ({
  kind: 'sdes',
  chunks: [{ ssrc: 0xdeadbeef, cname }],
});

test.each<[string, RtcpPacket[]]>([
  ['a sender report with a name', [SENDER_REPORT, names('a@192.0.2.1')]],
  ['an empty receiver report', [{ kind: 'rr', ssrc: 1, reports: [] }]],
  ['31 blocks', [{ kind: 'rr', ssrc: 1, reports: Array(31).fill(BLOCK) as ReportBlock[] }]],
  [
    'a goodbye with a reason',
    [
      { kind: 'rr', ssrc: 1, reports: [] },
      { kind: 'bye', ssrcs: [1, 2], reason: 'hung up' },
    ],
  ],
  [
    'a goodbye without',
    [
      { kind: 'rr', ssrc: 1, reports: [] },
      { kind: 'bye', ssrcs: [1], reason: '' },
    ],
  ],
])('%s is read as it was written', (_what, packets) => {
  const bytes = writeCompound(packets);
  expect(bytes.length % 4).toBe(0);
  expect(isRtcp(bytes)).toBe(true);
  expect(readCompound(bytes)).toEqual(packets);
});

test.each([1, 2, 3, 4, 5, 255])('a name of %d bytes ends at a word, with a zero', (length) => {
  const packets: RtcpPacket[] = [{ kind: 'rr', ssrc: 1, reports: [] }, names('n'.repeat(length))];
  const bytes = writeCompound(packets);
  expect(bytes.length % 4).toBe(0);
  expect(bytes.at(-1)).toBe(0);
  expect(readCompound(bytes)).toEqual(packets);
});

test('the bytes of a sender report stand where RFC 3550 §6.4.1 draws them', () => {
  expect(writeCompound([SENDER_REPORT]).toString('hex')).toBe(
    '81c8000c' +
      ['deadbeef', 'b44db705', '20000000', 'fffffff0', '000000fa', '00009c40'].join('') +
      ['fedcba98', '1afffffd', '00020007', '00000050', 'b7052000', '00054000'].join(''),
  );
});

test('types that are not ours are skipped, padding is no content', () => {
  const app = Buffer.from('80cc00020000000141424344', 'hex');
  const bye = Buffer.from('a1cb00020000000100000004', 'hex');
  const report = writeCompound([{ kind: 'rr', ssrc: 1, reports: [] }]);
  expect(readCompound(Buffer.concat([report, app, bye]))).toEqual([
    { kind: 'rr', ssrc: 1, reports: [] },
    { kind: 'bye', ssrcs: [1], reason: '' },
  ]);
});

test.each([
  ['nothing', ''],
  ['less than a header', '80c900'],
  ['a first packet that is no report', '80ca000100000001'],
  ['version 1', '40c9000100000001'],
  ['a length beyond the end', '80c9000200000001'],
  ['a second packet that is cut short', '80c900010000000181cb'],
])('%s is no compound packet', (_what, hex) => {
  expect(readCompound(Buffer.from(hex, 'hex'))).toBeNull();
});

test('a count that promises more than there is gives no report', () => {
  expect(readCompound(Buffer.from('82c9000100000001', 'hex'))).toEqual([]);
});

test('of one datagram at most 16 packets are read', () => {
  const many = Array(40).fill({ kind: 'rr', ssrc: 1, reports: [] }) as RtcpPacket[];
  expect(readCompound(writeCompound(many))).toHaveLength(16);
});

test('10,000 mutated packets are read or refused, never more than a throw away', () => {
  const seed = writeCompound([
    SENDER_REPORT,
    names('somebody@example.com'),
    { kind: 'bye', ssrcs: [1], reason: 'why' },
  ]);
  let state = 4711;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >> 8) % below;
  };
  let read = 0;
  for (let i = 0; i < 10_000; i++) {
    const bytes = Buffer.from(seed.subarray(0, random(seed.length + 1)));
    for (let m = random(6); m > 0 && bytes.length > 0; m--)
      bytes[random(bytes.length)] = random(256);
    if ((readCompound(bytes)?.length ?? 0) > 0) read += 1;
  }
  expect(read).toBeGreaterThan(100);
});

test('reports come every 5 s in the mean, within half of it, the first one sooner', () => {
  expect([0, 0.5, 1].map((random) => reportInterval(random, false))).toEqual([2500, 5000, 7500]);
  expect(reportInterval(0.5, true)).toBe(2500);
});

test('NTP time counts from 1900', () => {
  expect(ntpTime(0)).toEqual({ seconds: 2_208_988_800, fraction: 0 });
  expect(ntpTime(1500)).toEqual({ seconds: 2_208_988_801, fraction: 2 ** 31 });
  expect(ntpMiddle({ seconds: 0xb44d_b705, fraction: 0x2000_0000 })).toBe(0xb705_2000);
});

test('the round trip of RFC 3550 figure 2 is 6.125 s', () => {
  const now = { seconds: 0xb44d_b710, fraction: 0x8000_0000 };
  expect(roundTripMs(BLOCK, now)).toBe(6125);
});

test('no round trip without an SR, with one from the future, or after more than a minute', () => {
  const now = { seconds: 0xb44d_b710, fraction: 0x8000_0000 };
  expect(roundTripMs({ ...BLOCK, lastSr: 0 }, now)).toBeNull();
  expect(roundTripMs({ ...BLOCK, delaySinceLastSr: 0x000b_9000 }, now)).toBeNull();
  expect(roundTripMs(BLOCK, { ...now, seconds: now.seconds + 60 })).toBeNull();
});
