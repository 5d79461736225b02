/**
 * G.722 at the two ends of a stream. `G722Source`: what one sender says, as 8 kHz sound. `G722Output`: what
 * one endpoint hears, from sound of 8 or 16 kHz, and among it frames that others encoded. Pure.
 *
 * The far side's decoder remembers what it heard. An encoder that goes on where it stopped, while others'
 * frames passed it by, would not agree with it, and clicks; so it is led through the last of those first.
 */
import { G722Decoder, G722Encoder } from './g722';
import { PacketOrder } from './packet-order';
import { Downsampler, Upsampler } from './resample';

/** Longest payload that is decoded, in bytes and ticks: 120 ms. */
export const MOST_TICKS = 960;
/** How much of others' frames an encoder is led through: 200 ms, after which nothing before counts. */
const FOLLOWED = 1600;

export class G722Source {
  /** What `decode` gave last, at 8 kHz. */
  readonly samples = new Int16Array(MOST_TICKS);
  private readonly wide = new Int16Array(2 * MOST_TICKS);
  private readonly order = new PacketOrder();
  private decoder = new G722Decoder();
  private downsampler = new Downsampler();

  /**
   * Decodes `packet[start..end)` into `samples`; answers how many there are, one for each byte: 0 when the
   * packet was overtaken, came before, or is too long to be sound.
   */
  decode(packet: Buffer, start: number, end: number): number {
    if (end - start > MOST_TICKS) return 0;
    const order = this.order.take(packet);
    if (order === 'late') return 0;
    if (order === 'new') this.begin();
    const count = this.decoder.decode(packet, start, end, this.wide);
    return this.downsampler.process(this.wide, this.samples, count);
  }

  private begin(): void {
    this.decoder = new G722Decoder();
    this.downsampler = new Downsampler();
  }
}

export class G722Output {
  private readonly encoder = new G722Encoder();
  private upsampler = new Upsampler();
  private readonly wide = new Int16Array(2 * MOST_TICKS);
  /** The last bytes of others, in a ring. */
  private readonly passed = new Uint8Array(FOLLOWED);
  private passedAt = 0;
  /** How many of them were not followed yet. */
  private behind = 0;

  /** Encodes 16 kHz sound, an even number of samples, into half as many bytes of `out` at `at`. */
  encodeWide(samples: Int16Array, count: number, out: Uint8Array, at: number): void {
    if (this.behind > 0) this.follow();
    this.encoder.encode(samples, out, at, count);
  }

  /** Encodes at most `MOST_TICKS` samples of 8 kHz sound into as many bytes of `out` at `at`. */
  encode(samples: Int16Array, count: number, out: Uint8Array, at: number): void {
    this.encodeWide(this.wide, this.upsampler.process(samples, this.wide, count), out, at);
  }

  /** The far side hears these bytes, which were encoded elsewhere. */
  pass(bytes: Uint8Array, start: number, end: number): void {
    const { passed } = this;
    for (let i = Math.max(start, end - FOLLOWED); i < end; i++) {
      passed[this.passedAt] = bytes[i] as number;
      this.passedAt = this.passedAt + 1 === FOLLOWED ? 0 : this.passedAt + 1;
    }
    this.behind = Math.min(FOLLOWED, this.behind + end - start);
  }

  /** What is encoded next comes from elsewhere: nothing of the sound before is mixed in. */
  changeSource(): void {
    this.upsampler = new Upsampler();
  }

  private follow(): void {
    const { encoder, passed, passedAt, behind } = this;
    const from = passedAt - behind;
    if (from < 0) encoder.follow(passed, from + FOLLOWED, FOLLOWED);
    encoder.follow(passed, Math.max(0, from), passedAt);
    this.behind = 0;
  }
}
