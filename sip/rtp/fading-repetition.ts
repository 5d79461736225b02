/**
 * Conceals lost sound by repeating the last 20 ms, once as loud as it was and then fading out over 60 ms:
 * nobody hears a hole, and a line that went dead does not hum. Pure.
 */

/** Fills in for sound that did not come. */
export interface Concealment {
  /** Sound that came, in order; its beginning may be blended in place with what was made up before. */
  received(samples: Int16Array, count: number): void;
  /** Writes `count` samples in place of what is missing. */
  conceal(out: Int16Array, count: number): void;
}

/** What is repeated: 20 ms at 8 kHz. */
const REPEATED = 160;
/** Made-up sound is silent 60 ms after that. */
const FADE = 480;
/** Sound that comes back is faded in over 5 ms of what was made up. */
const BLEND = 40;

export class FadingRepetition implements Concealment {
  private readonly last = new Int16Array(REPEATED);
  /** Where the oldest sample of `last` is. */
  private at = 0;
  /** Samples made up since the last that came. */
  private made = 0;

  received(samples: Int16Array, count: number): void {
    if (this.made > 0) this.blend(samples, Math.min(count, BLEND));
    this.made = 0;
    for (let i = Math.max(0, count - REPEATED); i < count; i++) {
      this.last[this.at] = samples[i] as number;
      this.at = (this.at + 1) % REPEATED;
    }
  }

  conceal(out: Int16Array, count: number): void {
    for (let i = 0; i < count; i++) out[i] = this.next();
  }

  private blend(samples: Int16Array, count: number): void {
    for (let i = 0; i < count; i++) {
      const old = this.next();
      samples[i] = old + (((samples[i] as number) - old) * (i + 1)) / (count + 1);
    }
  }

  private next(): number {
    const gain = Math.min(1, Math.max(0, 1 - (this.made - REPEATED) / FADE));
    const sample = this.last[(this.at + (this.made % REPEATED)) % REPEATED] as number;
    this.made += 1;
    return Math.round(sample * gain);
  }
}
