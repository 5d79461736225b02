/**
 * Makes packets of the agreed time of our 20 ms frames: two of each for 10 ms, one of two or three for 40 or
 * 60 ms. What is collected when the source changes goes out as a shorter packet.
 *
 * The packet path makes no objects.
 */
import type { OutgoingStream } from '../../rtp/outgoing-stream';
import { HEADER_LENGTH, writeHeader } from '../../rtp/packet';
import { FRAME_SAMPLES } from './clip';
import { TICKS_PER_MS } from './clock';

/** Sends at once; the bytes may be reused afterwards. `now`: when its first sample was due, in ticks. */
export type Send = (packet: Buffer, now: number) => void;

export class FramePackets {
  /** A frame is to be written here, at `at`. */
  bytes = Buffer.alloc(HEADER_LENGTH + FRAME_SAMPLES);
  private packet = this.bytes;
  private payloadType = 0;
  /** Bytes, samples and ticks of a packet; and how many are collected. */
  private size = FRAME_SAMPLES;
  private collected = 0;
  private since = 0;

  constructor(
    private readonly outgoing: OutgoingStream,
    private readonly send: Send,
  ) {}

  get at(): number {
    return HEADER_LENGTH + this.collected;
  }

  /** `packetMs`: 10, 20, 40 or 60. */
  agree(payloadType: number, packetMs: number): void {
    this.flush();
    this.payloadType = payloadType;
    const size = packetMs * TICKS_PER_MS;
    if (size === this.size) return;
    this.size = size;
    this.bytes = Buffer.alloc(HEADER_LENGTH + Math.max(size, FRAME_SAMPLES));
    this.packet = this.bytes.subarray(0, HEADER_LENGTH + size);
  }

  /** A frame was written. */
  take(now: number): void {
    if (this.collected === 0) this.since = now;
    this.collected += FRAME_SAMPLES;
    while (this.collected >= this.size) {
      this.dispatch(this.packet, this.size);
      this.collected -= this.size;
      if (this.collected === 0) return;
      const rest = HEADER_LENGTH + this.size;
      this.bytes.copyWithin(HEADER_LENGTH, rest, rest + this.collected);
    }
  }

  /** Sends what is collected. */
  flush(): void {
    if (this.collected === 0) return;
    this.dispatch(this.bytes.subarray(0, this.at), this.collected);
    this.collected = 0;
  }

  /** Nobody is to hear it any more. */
  discard(): void {
    this.collected = 0;
  }

  private dispatch(packet: Buffer, samples: number): void {
    writeHeader(packet, 0, this.outgoing.frame(this.payloadType, samples, this.since));
    this.send(packet, this.since);
  }
}
