import { OutgoingStream } from '../../../../sip/rtp/outgoing-stream';
import { writeHeader, type Header } from '../../../../sip/rtp/packet';

const START = { ssrc: 3_735_928_559, sequence: 65_534, timestamp: 4_294_967_000 };

/** A stream whose clock stands at 1000 ticks. */
const stream = (): OutgoingStream => new OutgoingStream(START, 1000);

function incoming(sequence: number, timestamp: number, more: Partial<Header> = {}): Buffer {
  const packet = Buffer.alloc(172);
  const header = { marker: false, payloadType: 8, ssrc: 99, ...more };
  writeHeader(packet, 0, { ...header, sequence: sequence & 0xffff, timestamp: timestamp >>> 0 });
  return packet;
}

/** What goes out, with numbers counted from the start values. */
function out(header: Header | null) {
  if (header === null) return null;
  const sequence = (header.sequence - START.sequence) & 0xffff;
  const timestamp = (header.timestamp - START.timestamp) >>> 0;
  expect(header.ssrc >>> 0).toBe(START.ssrc);
  return [sequence, timestamp, header.marker];
}

test('frames of ours follow each other across the wrap of both counters', () => {
  const outgoing = stream();
  const sent = [0, 1, 2].map((i) => out(outgoing.frame(8, 160, 1000 + i * 160)));
  expect(sent).toEqual([
    [0, 0, true],
    [1, 160, false],
    [2, 320, false],
  ]);
});

test('frames keep their spacing when the ticker is late', () => {
  const outgoing = stream();
  outgoing.frame(8, 160, 1000);
  expect(out(outgoing.frame(8, 160, 1300))).toEqual([1, 160, false]);
});

test('a change of source jumps to the wall clock, with a marker and the next number', () => {
  const outgoing = stream();
  outgoing.frame(8, 160, 1000);
  outgoing.changeSource();
  expect(out(outgoing.frame(8, 160, 9000))).toEqual([1, 8000, true]);
});

test('the packets of a key press carry its begin, and what follows comes after its end', () => {
  const outgoing = stream();
  outgoing.frame(8, 160, 1000);
  outgoing.beginEvent(1400);
  expect(out(outgoing.event(101, true, 0, 1))).toEqual([1, 400, true]);
  expect(out(outgoing.event(101, false, 0, 800))).toEqual([2, 400, false]);
  outgoing.changeSource();
  // The clock is not there yet.
  expect(out(outgoing.frame(8, 160, 1500))).toEqual([3, 1200, true]);
  outgoing.beginEvent(3000);
  outgoing.event(101, true, 0, 65_535);
  expect(out(outgoing.event(101, false, 65_535, 160))).toEqual([5, 67_535, false]);
});

test('a change of source never steps back before the end of what was sent', () => {
  const outgoing = stream();
  outgoing.frame(8, 160, 1000);
  outgoing.frame(8, 160, 1001);
  outgoing.changeSource();
  expect(out(outgoing.frame(8, 160, 1010))).toEqual([2, 320, true]);
});

test('relayed packets are shifted, so that loss and reordering stay what they were', () => {
  const outgoing = stream();
  outgoing.frame(8, 160, 1000);
  outgoing.changeSource();
  const relay = (sequence: number, timestamp: number, now: number) =>
    out(outgoing.relay(incoming(sequence, timestamp), 8, 160, now));
  expect(relay(500, 70_000, 1160)).toEqual([1, 160, true]);
  expect(relay(501, 70_160, 1320)).toEqual([2, 320, false]);
  expect(relay(504, 70_640, 1800)).toEqual([5, 800, false]);
  expect(relay(503, 70_480, 1801)).toEqual([4, 640, false]);
  expect(relay(505, 70_800, 1960)).toEqual([6, 960, false]);
});

test('a packet from before the source began is not sent', () => {
  const outgoing = stream();
  outgoing.relay(incoming(500, 70_000), 8, 160, 1000);
  expect(outgoing.relay(incoming(499, 69_840), 8, 160, 1010)).toBeNull();
});

test('late packets still pass when the source has sent more than half the number space', () => {
  const outgoing = stream();
  for (let i = 0; i < 40_000; i++) {
    outgoing.relay(incoming(i, i * 160), 8, 160, 1000 + i * 160);
  }
  const late = outgoing.relay(incoming(39_998, 39_998 * 160), 8, 160, 1000 + 40_000 * 160);
  expect(out(late)).toEqual([39_998, 39_998 * 160, false]);
});

test.each([
  ['another SSRC', incoming(501, 70_160, { ssrc: 100 })],
  ['a far jump of the sequence', incoming(5000, 70_160)],
  ['timestamps that start over', incoming(501, 3)],
  ['timestamps that leap', incoming(501, 70_000 + 80_000)],
])('%s is a new source: clock, marker, next number', (_what, packet) => {
  const outgoing = stream();
  outgoing.relay(incoming(500, 70_000), 8, 160, 1000);
  expect(out(outgoing.relay(packet, 8, 160, 1480))).toEqual([1, 480, true]);
});

test('silence suppression is no new source: timestamps go on by the sender’s clock', () => {
  const outgoing = stream();
  outgoing.relay(incoming(500, 70_000), 8, 160, 1000);
  const packet = incoming(501, 70_000 + 24_000, { marker: true });
  expect(out(outgoing.relay(packet, 8, 160, 1000 + 24_050))).toEqual([1, 24_000, true]);
});

test('a key press repeats its timestamp', () => {
  const outgoing = stream();
  outgoing.relay(incoming(500, 70_000), 8, 160, 1000);
  const press = (sequence: number) =>
    out(outgoing.relay(incoming(sequence, 70_160, { payloadType: 101 }), 96, 0, 1160));
  expect([press(501), press(502)]).toEqual([
    [1, 160, false],
    [2, 160, false],
  ]);
  expect(out(outgoing.relay(incoming(503, 70_480), 8, 160, 1480))).toEqual([3, 480, false]);
});

test('a packet that is left out leaves no gap', () => {
  const outgoing = stream();
  outgoing.relay(incoming(500, 70_000), 8, 160, 1000);
  outgoing.omit(incoming(501, 70_160));
  expect(out(outgoing.relay(incoming(502, 70_320), 8, 160, 1320))).toEqual([1, 320, false]);
});

test('leaving out a repeated or foreign packet changes nothing', () => {
  const outgoing = stream();
  outgoing.relay(incoming(500, 70_000), 8, 160, 1000);
  outgoing.omit(incoming(500, 70_000));
  outgoing.omit(incoming(501, 70_160, { ssrc: 1 }));
  expect(out(outgoing.relay(incoming(501, 70_160), 8, 160, 1160))).toEqual([1, 160, false]);
});

test('what is overtaken by a packet that is left out comes too late: its number is given away', () => {
  const outgoing = stream();
  outgoing.relay(incoming(500, 70_000), 8, 160, 1000);
  outgoing.omit(incoming(502, 70_320));
  expect(outgoing.relay(incoming(501, 70_160), 8, 160, 1320)).toBeNull();
  expect(outgoing.relay(incoming(502, 70_320), 8, 160, 1320)).toBeNull();
  expect(out(outgoing.relay(incoming(504, 70_640), 8, 160, 1640))).toEqual([3, 640, false]);
  expect(out(outgoing.relay(incoming(503, 70_480), 8, 160, 1640))).toEqual([2, 480, false]);
  expect(outgoing.relay(incoming(501, 70_160), 8, 160, 1640)).toBeNull();
});
