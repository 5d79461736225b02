import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { ticks } from '../../../../../sip/media/worker/clock';
import { Link } from '../../../../../sip/media/worker/link';
import type { LinkQuality } from '../../../../../sip/rtp/link-reports';
import { writeHeader } from '../../../../../sip/rtp/packet';
import { readCompound, writeCompound, type RtcpPacket } from '../../../../../sip/rtp/rtcp';
import { SrtpReceiver } from '../../../../../sip/rtp/srtp/receiver';
import { SrtpSender } from '../../../../../sip/rtp/srtp/sender';

const LOOPBACK = '127.0.0.1';
const OUR_SSRC = 5;
const THEIR_SSRC = 7;
let link: Link;
let told: { quality: LinkQuality; final: boolean }[];
let onPacket: () => void;
const sockets: Socket[] = [];

beforeEach(async () => {
  // Sockets are real; only what happens every five seconds is not waited for.
  jest.useFakeTimers({ now: Date.now(), doNotFake: ['nextTick', 'performance', 'setImmediate'] });
  told = [];
  onPacket = () => undefined;
  // A port whose neighbour is free as well: without it there are no reports.
  const { rtp, rtcp, port } = await phone();
  await Promise.all([rtp, rtcp].map((socket) => new Promise<void>((done) => socket.close(done))));
  sockets.length = 0;
  link = await Link.open(
    { address: LOOPBACK, port },
    () => onPacket(),
    (quality, final) => told.push({ quality, final }),
  );
});
afterEach(() => {
  link.close();
  for (const socket of sockets.splice(0)) socket.close();
  jest.useRealTimers();
});

async function bound(address: string, port = 0): Promise<Socket> {
  const socket = createSocket('udp4');
  sockets.push(socket);
  socket.bind(port, address);
  await once(socket, 'listening');
  return socket;
}

/** RTP and the port above it. */
async function phone(): Promise<{ rtp: Socket; rtcp: Socket; port: number }> {
  for (;;) {
    const rtp = await bound(LOOPBACK);
    const { port } = rtp.address();
    try {
      return { rtp, rtcp: await bound(LOOPBACK, port + 1), port };
    } catch {
      sockets.pop();
    }
  }
}

function packet(ssrc: number, sequence: number): Buffer {
  const bytes = Buffer.alloc(172);
  const header = { marker: false, payloadType: 8, sequence, timestamp: sequence * 160, ssrc };
  writeHeader(bytes, 0, header);
  return bytes;
}

const send = (from: Socket, bytes: Buffer, port: number): Promise<void> =>
  new Promise((resolve) => from.send(bytes, port, LOOPBACK, () => resolve()));

/** Resolves when the link has heard all of these. */
async function talk(from: Socket, sequences: number[]): Promise<void> {
  for (const sequence of sequences) {
    const heard = new Promise<void>((resolve) => (onPacket = resolve));
    await send(from, packet(THEIR_SSRC, sequence), link.port);
    await heard;
  }
}

async function nextReport(at: Socket): Promise<{ packets: RtcpPacket[]; from: number }> {
  const arrived = once(at, 'message');
  jest.advanceTimersByTime(7500);
  const [bytes, remote] = (await arrived) as [Buffer, { port: number }];
  return { packets: readCompound(bytes) ?? [], from: remote.port };
}

test('reports go from the port above ours to the port above theirs, and BYE at the end', async () => {
  const { rtp, rtcp, port } = await phone();
  link.target({ remote: { address: LOOPBACK, port } });
  await talk(rtp, [1, 2, 4]);
  link.send(packet(OUR_SSRC, 1), ticks());
  const { packets, from } = await nextReport(rtcp);
  expect(from).toBe(link.port + 1);
  expect(packets).toMatchObject([
    {
      kind: 'sr',
      ssrc: OUR_SSRC,
      sender: { packets: 1 },
      reports: [{ ssrc: THEIR_SSRC, lost: 1 }],
    },
    { kind: 'sdes', chunks: [{ ssrc: OUR_SSRC }] },
  ]);
  const goodbye = new Promise<RtcpPacket | undefined>((resolve) => {
    rtcp.on('message', (bytes: Buffer) => {
      const last = readCompound(bytes)?.at(-1);
      if (last?.kind === 'bye') resolve(last);
    });
  });
  link.close();
  expect(await goodbye).toMatchObject({ ssrcs: [OUR_SSRC] });
});

test('signalling may name another port for them, or that of RTP', async () => {
  const { rtp, port } = await phone();
  const elsewhere = await bound(LOOPBACK);
  const remote = { address: LOOPBACK, port };
  link.target({ remote, rtcp: { address: LOOPBACK, port: elsewhere.address().port, mux: false } });
  link.send(packet(OUR_SSRC, 1), ticks());
  expect((await nextReport(elsewhere)).packets).toHaveLength(2);
  link.target({ remote, rtcp: { ...remote, mux: true } });
  expect((await nextReport(rtp)).from).toBe(link.port);
});

test('while reports go with RTP their port is given back, and it is taken again when they no longer do', async () => {
  const { rtp, rtcp, port } = await phone();
  const remote = { address: LOOPBACK, port };
  link.target({ remote, rtcp: { ...remote, mux: true } });
  link.send(packet(OUR_SSRC, 1), ticks());
  expect((await nextReport(rtp)).from).toBe(link.port);
  const another = await bound(LOOPBACK, link.port + 1);
  sockets.splice(sockets.indexOf(another), 1);
  await new Promise<void>((done) => another.close(done));
  link.target({ remote });
  let from = 0;
  rtcp.once('message', (_bytes, sender) => (from = sender.port));
  while (from === 0) {
    jest.advanceTimersByTime(7500);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(from).toBe(link.port + 1);
});

test('the last port has none above it, and nothing breaks', () => {
  link.target({ remote: { address: LOOPBACK, port: 65_535 } });
  link.send(packet(OUR_SSRC, 1), ticks());
  expect(() => jest.advanceTimersByTime(7500)).not.toThrow();
});

test('reports of the far side’s host tell the round trip, by either port; others are strangers', async () => {
  const { rtp, rtcp, port } = await phone();
  link.target({ remote: { address: LOOPBACK, port } });
  await talk(rtp, [1]);
  link.send(packet(OUR_SSRC, 1), ticks());
  const { packets } = await nextReport(rtcp);
  const [sr] = packets;
  if (sr?.kind !== 'sr') throw new Error('no sender report');
  const { seconds, fraction } = sr.sender.ntp;
  const lastSr = ((seconds << 16) | (fraction >>> 16)) >>> 0;
  const block = { ssrc: OUR_SSRC, fractionLost: 0, lost: 0, highestSequence: 1, jitter: 0 };
  const answer = writeCompound([
    { kind: 'rr', ssrc: THEIR_SSRC, reports: [{ ...block, lastSr, delaySinceLastSr: 0 }] },
  ]);
  const stranger = await bound('127.0.0.2');
  await send(stranger, answer, link.port + 1);
  await send(stranger, answer, link.port);
  // Loopback keeps the order of each port; the packet behind the reports shows that they were read.
  await send(rtp, answer, link.port);
  await talk(rtp, [2]);
  jest.advanceTimersByTime(5000);
  expect(told.at(-1)?.quality.roundTripMs).toBeGreaterThanOrEqual(0);
  // What strangers send to the port above may be read a turn later than what came to ours.
  while (link.strangers < 2) await new Promise((resolve) => setImmediate(resolve));
  expect(link.strangers).toBe(2);
});

test('a NAT may give RTCP another port: ours follow it', async () => {
  const { rtp, port } = await phone();
  const mapped = await bound(LOOPBACK);
  link.target({ remote: { address: LOOPBACK, port } });
  await talk(rtp, [1]);
  link.send(packet(OUR_SSRC, 1), ticks());
  const empty = writeCompound([{ kind: 'rr', ssrc: THEIR_SSRC, reports: [] }]);
  const arrived = once(mapped, 'message');
  await send(mapped, empty, link.port + 1);
  for (let heard = false; !heard;) {
    void arrived.then(() => (heard = true));
    jest.advanceTimersByTime(7500);
    await new Promise((resolve) => setImmediate(resolve));
  }
});

test('how good it was is told every 5 s, and at the end over its life', async () => {
  const { rtp, port } = await phone();
  link.target({ remote: { address: LOOPBACK, port } });
  await talk(rtp, [1, 2, 3, 4]);
  jest.advanceTimersByTime(5000);
  await talk(rtp, [7, 8]);
  jest.advanceTimersByTime(5000);
  jest.advanceTimersByTime(5000);
  link.close();
  const counts = told.map(({ quality, final }) => [quality.expected, quality.lost, final]);
  expect(counts).toEqual([
    [4, 0, false],
    [4, 2, false],
    [8, 2, true],
  ]);
});

test('a link that heard nothing has no quality', () => {
  jest.advanceTimersByTime(5000);
  link.close();
  expect(told).toEqual([]);
});

describe('with SRTP', () => {
  const suite = 'AES_CM_128_HMAC_SHA1_80';
  const [ours, theirs] = [1, 2].map((fill) => Buffer.alloc(30, fill).toString('base64')) as [
    string,
    string,
  ];
  const crypto = { suite, sendKey: ours, receiveKey: theirs, receiveMkiBytes: 0 } as const;
  const farSide = () => ({
    sender: new SrtpSender({ suite, key: theirs, mkiBytes: 0 }),
    receiver: new SrtpReceiver({ suite, key: ours, mkiBytes: 0 }, { forged: 0, repeated: 0 }),
  });

  test.each([
    ['on a port of its own', false],
    ['on the port of RTP', true],
  ])('reports are encrypted both ways, %s, and those in the clear are not read', async (_, mux) => {
    const { rtp, rtcp, port } = await phone();
    const { sender, receiver } = farSide();
    const remote = { address: LOOPBACK, port };
    link.agree(crypto);
    link.target({ remote, rtcp: { address: LOOPBACK, port: mux ? port : port + 1, mux } });
    await talkSecurely(rtp, sender, [1]);
    const arrived = once(rtp, 'message');
    link.send(packet(OUR_SSRC, 1), ticks());
    const [sent] = (await arrived) as [Buffer];
    expect(sent.subarray(12)).not.toEqual(packet(OUR_SSRC, 1).subarray(12));
    expect(receiver.rtp(sent)).toEqual(packet(OUR_SSRC, 1));

    const [at, to] = mux ? [rtp, link.port] : [rtcp, link.port + 1];
    const reported = once(at, 'message');
    jest.advanceTimersByTime(7500);
    const [srtcp] = (await reported) as [Buffer];
    const [sr] = readCompound(receiver.rtcp(srtcp) ?? Buffer.alloc(0)) ?? [];
    if (sr?.kind !== 'sr') throw new Error('no sender report');
    const lastSr = ((sr.sender.ntp.seconds << 16) | (sr.sender.ntp.fraction >>> 16)) >>> 0;
    const block = { ssrc: OUR_SSRC, fractionLost: 0, lost: 0, highestSequence: 1, jitter: 0 };
    const answer = writeCompound([
      { kind: 'rr', ssrc: THEIR_SSRC, reports: [{ ...block, lastSr, delaySinceLastSr: 0 }] },
    ]);
    await send(at, answer, to);
    while (link.forged < 1) await new Promise((resolve) => setImmediate(resolve));
    await talkSecurely(rtp, sender, [2]);
    jest.advanceTimersByTime(5000);
    expect(told.at(-1)?.quality.roundTripMs).toBeNull();
    await send(at, sender.rtcp(answer) as Buffer, to);
    // The ports are read one after the other, and a report that is a minute old tells nothing.
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    await talkSecurely(rtp, sender, [3]);
    jest.advanceTimersByTime(5000);
    expect(told.at(-1)?.quality.roundTripMs).toBeGreaterThanOrEqual(0);
    expect([link.forged, link.strangers]).toEqual([1, 1]);
  });

  test('the same key goes on, a plain packet is nobody’s, and without encryption all is in the clear', async () => {
    const { rtp, port } = await phone();
    const { sender } = farSide();
    link.agree(crypto);
    link.target({ remote: { address: LOOPBACK, port } });
    await talkSecurely(rtp, sender, [65_534]);
    const copied = Buffer.from(sender.rtp(packet(THEIR_SSRC, 65_535)) as Buffer);
    const heard = new Promise<void>((resolve) => (onPacket = resolve));
    await send(rtp, Buffer.from(copied), link.port);
    await heard;
    link.agree(crypto);
    let again = false;
    onPacket = () => (again = true);
    await send(rtp, copied, link.port);
    await send(rtp, packet(THEIR_SSRC, 1), link.port);
    while (link.forged < 1) await new Promise((resolve) => setImmediate(resolve));
    expect(again).toBe(false);
    await talkSecurely(rtp, sender, [0, 2]);
    expect(link.forged).toBe(1);
    link.agree(undefined);
    await talk(rtp, [3]);
    const arrived = once(rtp, 'message');
    link.send(packet(OUR_SSRC, 1), ticks());
    expect((await arrived)[0]).toEqual(packet(OUR_SSRC, 1));
    // The key that comes back has not begun again.
    link.agree(crypto);
    await talkSecurely(rtp, sender, [4]);
  });

  async function talkSecurely(from: Socket, sender: SrtpSender, sequences: number[]) {
    for (const number of sequences) {
      const heard = new Promise<void>((resolve) => (onPacket = resolve));
      await send(from, sender.rtp(packet(THEIR_SSRC, number)) as Buffer, link.port);
      await heard;
    }
  }
});
