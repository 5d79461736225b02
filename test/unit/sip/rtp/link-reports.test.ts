import { LinkReports } from '../../../../sip/rtp/link-reports';
import { writeHeader } from '../../../../sip/rtp/packet';
import { readCompound, type RtcpPacket } from '../../../../sip/rtp/rtcp';

const EPOCH = 1_700_000_000_000;

function packet(ssrc: number, n: number): Buffer {
  const bytes = Buffer.alloc(172);
  const header = { marker: false, payloadType: 8, sequence: n & 0xffff, ssrc };
  writeHeader(bytes, 0, { ...header, timestamp: n * 160 });
  return bytes;
}

/** Sends the packets, each in its 20 ms. */
const send = (from: LinkReports, ssrc: number, numbers: number[]): void =>
  numbers.forEach((n) => from.sent(packet(ssrc, n), n * 160));
const receive = (to: LinkReports, ssrc: number, numbers: number[]): void =>
  numbers.forEach((n) => to.received(packet(ssrc, n), n * 160));
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i);
const read = (bytes: Buffer | null): RtcpPacket[] => readCompound(bytes ?? Buffer.alloc(0)) ?? [];

test('before our stream has a name there is no report and no goodbye', () => {
  const reports = new LinkReports('me');
  receive(reports, 7, [1, 2]);
  expect(reports.report(EPOCH, 0)).toBeNull();
  expect(reports.goodbye(EPOCH, 0)).toBeNull();
});

test('a sender report says what was sent, by both clocks, and how the far side is received', () => {
  const reports = new LinkReports('me');
  send(reports, 5, [1, 2, 3]);
  receive(reports, 7, [1, 2, 4, 5]);
  expect(read(reports.report(EPOCH, 3 * 160 + 40))).toEqual([
    {
      kind: 'sr',
      ssrc: 5,
      sender: {
        ntp: { seconds: 1_700_000_000 + 2_208_988_800, fraction: 0 },
        ...{ rtpTimestamp: 3 * 160 + 40, packets: 3, octets: 480 },
      },
      reports: [
        {
          ...{ ssrc: 7, fractionLost: 51, lost: 1, highestSequence: 5, jitter: 0 },
          ...{ lastSr: 0, delaySinceLastSr: 0 },
        },
      ],
    },
    { kind: 'sdes', chunks: [{ ssrc: 5, cname: 'me' }] },
  ]);
});

test('the fraction is of the packets since the report before', () => {
  const reports = new LinkReports('me');
  send(reports, 5, [1]);
  receive(reports, 7, [1, 2, 4]);
  reports.report(EPOCH, 0);
  receive(reports, 7, [5, 6, 8, 9]);
  const [report] = read(reports.report(EPOCH, 0));
  expect(report).toMatchObject({ reports: [{ fractionLost: 51, lost: 2 }] });
});

test('who sent nothing since the report before the last is no sender (RFC 3550 §6.4)', () => {
  const reports = new LinkReports('me');
  send(reports, 5, [1]);
  const kinds = [1, 2, 3].map(() => read(reports.report(EPOCH, 0))[0]?.kind);
  expect(kinds).toEqual(['sr', 'sr', 'rr']);
});

test('a goodbye ends with BYE of our stream', () => {
  const reports = new LinkReports('me');
  send(reports, 5, [1]);
  expect(read(reports.goodbye(EPOCH, 0)).at(-1)).toEqual({ kind: 'bye', ssrcs: [5], reason: '' });
});

test('two of them measure the way there and back, without the time between the reports', () => {
  const [near, far] = [new LinkReports('near'), new LinkReports('far')];
  send(near, 5, [1]);
  send(far, 7, [1]);
  receive(near, 7, range(0, 50));
  receive(far, 5, range(0, 50));
  far.hear(near.report(EPOCH, 0) as Buffer, EPOCH + 30);
  near.hear(far.report(EPOCH + 1030, 0) as Buffer, EPOCH + 1100);
  expect(near.quality()?.roundTripMs).toBeCloseTo(100, 0);
  expect(far.quality()?.roundTripMs).toBeNull();
});

test('reports on others, and what is no RTCP, measure nothing', () => {
  const [near, far] = [new LinkReports('near'), new LinkReports('far')];
  send(near, 6, [1]);
  send(far, 7, [1]);
  receive(near, 7, [1, 2]);
  receive(far, 5, [1, 2]);
  far.hear(near.report(EPOCH, 0) as Buffer, EPOCH + 30);
  expect(near.hear(far.report(EPOCH + 60, 0) as Buffer, EPOCH + 90)).toBe(true);
  expect(near.hear(Buffer.from('noise'), EPOCH)).toBe(false);
  expect(near.quality()?.roundTripMs).toBeNull();
});

test('quality is of the time since it was asked before; over the life of the leg at its end', () => {
  const reports = new LinkReports('me');
  receive(reports, 7, range(0, 100));
  expect(reports.quality()).toEqual({
    ...{ expected: 100, lost: 0, jitterMs: 0, roundTripMs: null, mos: 4.4 },
  });
  receive(reports, 7, range(110, 200));
  expect(reports.quality()).toMatchObject({ expected: 100, lost: 10 });
  expect(reports.quality()).toBeNull();
  const whole = reports.lifetimeQuality();
  expect(whole).toMatchObject({ expected: 200, lost: 10 });
  // Five per cent, all of it in one gap: worse than the 3.92 of as much random loss.
  expect(whole?.mos).toBeLessThan(3.92);
});

test('nothing received is no quality', () => {
  expect(new LinkReports('me').quality()).toBeNull();
  expect(new LinkReports('me').lifetimeQuality()).toBeNull();
});
