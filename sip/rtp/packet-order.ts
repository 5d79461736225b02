/**
 * Whether the packets of one source come one after the other. A coder with a memory, such as G.722, can make
 * use of the next packet only: one that was overtaken would be decoded wrongly, and so would all after it.
 * Pure.
 */
import { sequenceDistance, sequenceOf, ssrcOf } from './packet';

/** A step of more packets than this is a restarted sender (RFC 3550 A.1, MAX_DROPOUT). */
const MAX_DROPOUT = 3000;

/** `next`: behind all that came, with or without a gap. `late`: overtaken, or a copy. `new`: a sender begins. */
export type Order = 'next' | 'late' | 'new';

export class PacketOrder {
  private known = false;
  private ssrc = 0;
  private newest = 0;

  take(packet: Buffer): Order {
    const ssrc = ssrcOf(packet);
    const sequence = sequenceOf(packet);
    const step = sequenceDistance(this.newest, sequence);
    const isNew = !this.known || ssrc !== this.ssrc || Math.abs(step) > MAX_DROPOUT;
    if (!isNew && step <= 0) return 'late';
    this.known = true;
    this.ssrc = ssrc;
    this.newest = sequence;
    return isNew ? 'new' : 'next';
  }
}
