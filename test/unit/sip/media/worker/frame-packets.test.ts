import { FramePackets } from '../../../../../sip/media/worker/frame-packets';
import { OutgoingStream } from '../../../../../sip/rtp/outgoing-stream';
import { markerOf, sequenceOf, timestampOf } from '../../../../../sip/rtp/packet';

/** Frames whose bytes are their numbers, from 1 on; what was sent as [timestamp, bytes in runs]. */
function framing(packetMs: number) {
  const sent: { marker: boolean; sequence: number; timestamp: number; payload: Buffer }[] = [];
  const outgoing = new OutgoingStream({ ssrc: 1, sequence: 10, timestamp: 0 }, 0);
  const frames = new FramePackets(outgoing, (packet) => {
    const [marker, sequence, timestamp] = [markerOf, sequenceOf, timestampOf].map((of) =>
      of(packet),
    );
    const payload = Buffer.from(packet.subarray(12));
    sent.push({ marker, sequence, timestamp, payload } as (typeof sent)[number]);
  });
  frames.agree(8, packetMs);
  let number = 0;
  const frame = (): void => {
    frames.bytes.fill(++number, frames.at, frames.at + 160);
    frames.take((number - 1) * 160);
  };
  return { sent, frames, outgoing, frame };
}

test.each([
  [10, 12, 80],
  [20, 6, 160],
  [40, 3, 320],
  [60, 2, 480],
])('packets of %i ms: six frames make %i, in order and without a gap', (packetMs, count, size) => {
  const { sent, frame } = framing(packetMs);
  for (let i = 0; i < 6; i++) frame();
  expect(sent).toHaveLength(count);
  expect(sent.map(({ payload }) => payload.length)).toEqual(Array(count).fill(size));
  expect(sent.map(({ timestamp }) => timestamp)).toEqual(sent.map((_, i) => i * size));
  expect(sent.map(({ sequence }) => sequence)).toEqual(sent.map((_, i) => 10 + i));
  const bytes = Buffer.concat(sent.map(({ payload }) => payload));
  expect([...bytes]).toEqual(Array.from({ length: 960 }, (_, i) => 1 + Math.floor(i / 160)));
});

test('what is collected when the source changes goes out, from the place where it was said', () => {
  const { sent, frames, outgoing, frame } = framing(60);
  for (let i = 0; i < 4; i++) frame();
  frames.flush();
  outgoing.changeSource();
  for (let i = 0; i < 3; i++) frame();
  expect(sent.map(({ payload }) => payload.length)).toEqual([480, 160, 480]);
  expect(sent.map(({ timestamp }) => timestamp)).toEqual([0, 480, 640]);
  expect(sent.map(({ marker }) => marker)).toEqual([true, false, true]);
});

test('another packet time is kept to from then on, and nothing is lost on the way', () => {
  const { sent, frames, frame } = framing(40);
  frame();
  frames.agree(0, 20);
  frame();
  frame();
  frames.discard();
  expect(sent.map(({ payload }) => payload.length)).toEqual([160, 160, 160]);
});
