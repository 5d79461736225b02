/**
 * The silence of a source whose far side suppresses it (RFC 3389), for a listener who has not agreed to
 * comfort noise: as long as it lasts he is sent noise of ours instead of nothing.
 */
import { randomInt } from 'node:crypto';
import { ComfortNoise } from '../../rtp/comfort-noise';
import { ssrcOf, timestampDistance, timestampOf } from '../../rtp/packet';
import { FRAME_SAMPLES } from './clip';

/** What is later than this is no late packet but a sender that counts anew: 1 s. */
const MOST_LATE = 8000;

export class SilenceFiller {
  isFilling = false;
  private noise: ComfortNoise | null = null;
  private ssrc = 0;
  private timestamp = 0;

  /** Silence from this packet on, or another kind of it. */
  begin(packet: Buffer, start: number, end: number): void {
    this.isFilling = true;
    this.ssrc = ssrcOf(packet);
    this.timestamp = timestampOf(packet);
    this.noise ??= new ComfortNoise(randomInt(2 ** 31));
    this.noise.update(packet, start, end);
  }

  end(): void {
    this.isFilling = false;
  }

  /** True when it began after this packet of the same sender, which comes late. */
  isAfter(packet: Buffer): boolean {
    const late = timestampDistance(timestampOf(packet), this.timestamp);
    return ssrcOf(packet) === this.ssrc && late > 0 && late < MOST_LATE;
  }

  /** 20 ms of 8 kHz. */
  fill(out: Int16Array): void {
    this.noise?.fill(out, 0, FRAME_SAMPLES);
  }
}
