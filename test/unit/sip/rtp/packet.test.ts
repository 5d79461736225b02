import {
  markerOf,
  payloadEnd,
  payloadStart,
  payloadTypeOf,
  sequenceDistance,
  sequenceOf,
  ssrcOf,
  timestampDistance,
  timestampOf,
  writeHeader,
} from '../../../../sip/rtp/packet';

const HEADER = {
  ...{ marker: true, payloadType: 101, sequence: 65_535 },
  ...{ timestamp: 4_294_967_295, ssrc: 3_735_928_559 },
};

test('what is written can be read back', () => {
  const packet = Buffer.alloc(16);
  writeHeader(packet, 2, HEADER);
  const rtp = packet.subarray(2);
  expect({
    marker: markerOf(rtp),
    payloadType: payloadTypeOf(rtp),
    sequence: sequenceOf(rtp),
    timestamp: timestampOf(rtp) >>> 0,
    ssrc: ssrcOf(rtp) >>> 0,
  }).toEqual(HEADER);
  expect(payloadStart(rtp)).toBe(12);
});

/** First two bytes, then zeros; `patch` sets single bytes. */
function packetOf(length: number, patch: Record<number, number>): Buffer {
  const packet = Buffer.alloc(length);
  packet[0] = 0x80;
  packet[1] = 8;
  for (const [at, byte] of Object.entries(patch)) packet[Number(at)] = byte;
  return packet;
}

test.each([
  ['a plain packet', packetOf(172, {}), 12],
  ['two contributing sources', packetOf(172, { 0: 0x82 }), 20],
  ['an extension of one word', packetOf(172, { 0: 0x90, 15: 1 }), 20],
  ['sources and an extension', packetOf(172, { 0: 0x91, 19: 2 }), 28],
  ['no payload at all', packetOf(12, {}), 12],
  ['something too short', packetOf(11, {}), -1],
  ['another version', packetOf(172, { 0: 0x40 }), -1],
  ['sources that are cut off', packetOf(20, { 0: 0x8f }), -1],
  ['an extension that is cut off', packetOf(14, { 0: 0x90 }), -1],
  ['an extension that lies about its length', packetOf(172, { 0: 0x90, 14: 0xff }), -1],
  ['an RTCP sender report', packetOf(28, { 1: 200 }), -1],
  ['STUN', packetOf(20, { 0: 0x00 }), -1],
])('the payload of %s starts at its place', (_what, packet, start) => {
  expect(payloadStart(packet)).toBe(start);
});

test.each([
  ['no padding', packetOf(172, {}), 172],
  ['four bytes of padding', packetOf(172, { 0: 0xa0, 171: 4 }), 168],
  ['padding only', packetOf(172, { 0: 0xa0, 171: 160 }), 12],
  ['padding into the header', packetOf(172, { 0: 0xa0, 171: 161 }), -1],
  ['padding of nothing', packetOf(172, { 0: 0xa0, 171: 0 }), -1],
])('the payload with %s ends at its place', (_what, packet, end) => {
  expect(payloadEnd(packet, 12)).toBe(end);
});

test.each([
  [1, 2, 1],
  [65_535, 0, 1],
  [0, 65_535, -1],
  [100, 90, -10],
])('sequence number %d to %d is %d', (from, to, distance) => {
  expect(sequenceDistance(from, to)).toBe(distance);
});

test.each([
  [0, 160, 160],
  [4_294_967_200, 64, 160],
  [64, 4_294_967_200, -160],
])('timestamp %d to %d is %d', (from, to, distance) => {
  expect(timestampDistance(from, to)).toBe(distance);
});
