/**
 * Fills in lost sound in the manner of G.711 Appendix I: the last pitch period is repeated, two and
 * three of them after 10 and 20 ms so that it does not buzz, and fades out until 60 ms are over.
 * When packets return they are faded in over what would have been repeated. Nothing is delayed: where
 * the appendix blends the end of the sound before, this joins to its last sample.
 *
 *     received -> lost (repeat, fade) -> silent after 60 ms -> received (blend) -> ...
 */

/** Pitch periods looked for: 5 to 15 ms (66 to 200 Hz). */
const SHORTEST_MS = 5;
const LONGEST_MS = 15;
/** Sound that two periods are compared over. */
const COMPARED_MS = 20;
/** Three periods and the quarter they are joined with. */
const HISTORY_MS = 3.25 * LONGEST_MS;
/** Full loudness for the first 10 ms, silence after 60. */
const STAGE_MS = 10;
const SILENT_MS = 60;
/** When packets return: a quarter period and 4 ms for each 10 ms lost, at most 10 ms. */
const BLEND_MS_PER_STAGE = 4;
const LONGEST_BLEND_MS = 10;

export class LossConcealment {
  /** The sound that was last put out, real or repeated. */
  private readonly history: Int16Array;
  /** The history as it was when the loss began; what is repeated comes from here. */
  private readonly source: Int16Array;
  private readonly perMs: number;
  /** Samples made up since the last real one; 0 while nothing is lost. */
  private lost = 0;
  private pitch = 0;
  /** Place in the `periods` periods that are repeated, and in the fewer ones they replace. */
  private periods = 1;
  private place = 0;
  private formerPlace = 0;
  /** Samples left of the passage from the fewer periods to the more. */
  private passage = 0;
  /** Step from the last real sample to the repetition, taken back over the first quarter period. */
  private offset = 0;
  /** Samples that the made-up sound stays loud for longer than after a loss. */
  private held = 0;
  /** Nothing made up is louder than what it is made of. */
  private peak = 0;

  constructor(rate: 8000 | 16_000) {
    this.perMs = rate / 1000;
    this.history = new Int16Array(HISTORY_MS * this.perMs);
    this.source = new Int16Array(HISTORY_MS * this.perMs);
  }

  /** Sound that arrived, of any length. The first of it after a loss is blended in place. */
  received(samples: Int16Array, count = samples.length): void {
    if (this.lost > 0) {
      this.blend(samples, count);
      this.held = 0;
    }
    this.lost = 0;
    this.remember(samples, count);
  }

  /** What is missing next is not lost but on its way: it stays loud so much longer before it fades. */
  hold(ms: number): void {
    this.held = ms * this.perMs;
  }

  /** Writes `count` samples in place of what was lost. Silence once 60 ms are lost in a row. */
  conceal(out: Int16Array, count = out.length): void {
    if (this.lost === 0) this.begin();
    for (let i = 0; i < count; i++) out[i] = this.next();
    this.remember(out, count);
  }

  private begin(): void {
    this.source.set(this.history);
    this.pitch = pitchOf(this.source, this.perMs);
    this.periods = 1;
    this.place = 0;
    this.passage = 0;
    const end = this.source.length;
    this.peak = 0;
    for (let i = 0; i < end; i++) {
      this.peak = Math.max(this.peak, Math.abs(this.source[i] as number));
    }
    this.offset = (this.source[end - 1] as number) - (this.source[end - 1 - this.pitch] as number);
  }

  /** The next made-up sample, at its place in the fading. */
  private next(): number {
    const { perMs } = this;
    const fadingFor = this.lost - this.held;
    if (fadingFor >= SILENT_MS * perMs) return 0;
    if (this.periods < 3 && this.lost === this.periods * STAGE_MS * perMs) this.lengthen();
    const quarter = this.pitch >> 2;
    let sample = this.repeated(this.periods, this.place);
    this.place = this.place + 1 === this.periods * this.pitch ? 0 : this.place + 1;
    if (this.passage > 0) {
      const former = this.repeated(this.periods - 1, this.formerPlace);
      this.formerPlace = (this.formerPlace + 1) % ((this.periods - 1) * this.pitch);
      sample += ((former - sample) * this.passage) / (quarter + 1);
      this.passage -= 1;
    }
    if (this.lost < quarter) {
      sample += this.offset * (1 - (this.lost + 1) / quarter);
      sample = Math.max(-this.peak, Math.min(sample, this.peak));
    }
    const fading = (SILENT_MS * perMs - fadingFor) / ((SILENT_MS - STAGE_MS) * perMs);
    this.lost += 1;
    return clip(fading < 1 ? sample * fading : sample);
  }

  private lengthen(): void {
    this.formerPlace = this.place;
    // The same place in a period, one period later: the longer piece begins one period earlier.
    this.place %= this.pitch;
    this.periods += 1;
    this.passage = this.pitch >> 2;
  }

  /** Sample `place` of the last `periods` periods; their last quarter leads over to their first. */
  private repeated(periods: number, place: number): number {
    const { source, pitch } = this;
    const quarter = pitch >> 2;
    const length = periods * pitch;
    const end = source.length;
    const sample = source[end - length + place] as number;
    const into = place - (length - quarter);
    if (into < 0) return sample;
    const before = source[end - length - quarter + into] as number;
    return sample + ((before - sample) * (into + 1)) / quarter;
  }

  /** Goes on with the repetition while the real sound is faded in. */
  private blend(samples: Int16Array, count: number): void {
    const { perMs } = this;
    const stages = Math.ceil(this.lost / (STAGE_MS * perMs));
    const wanted = (this.pitch >> 2) + BLEND_MS_PER_STAGE * stages * perMs;
    const length = Math.min(wanted, LONGEST_BLEND_MS * perMs, count);
    for (let i = 0; i < length; i++) {
      const made = this.next();
      samples[i] = clip(made + (((samples[i] as number) - made) * (i + 1)) / (length + 1));
    }
  }

  private remember(samples: Int16Array, count: number): void {
    const { history } = this;
    const kept = history.length - count;
    if (kept > 0) history.copyWithin(0, count);
    for (let i = Math.max(0, -kept); i < count; i++) history[kept + i] = samples[i] as number;
  }
}

/**
 * The period at which the last 20 ms are most like what came before them, in samples: a coarse search
 * at 4 kHz, then the neighbours of the best.
 */
function pitchOf(source: Int16Array, perMs: number): number {
  const coarse = perMs / 4;
  const [shortest, longest] = [SHORTEST_MS * perMs, LONGEST_MS * perMs];
  let best = longest;
  let likeness = -1;
  for (let lag = shortest; lag <= longest; lag += coarse) {
    const found = correlation(source, lag, COMPARED_MS * perMs, coarse);
    if (found > likeness) [best, likeness] = [lag, found];
  }
  const around = best;
  likeness = -1;
  for (let lag = around - coarse + 1; lag < around + coarse; lag++) {
    if (lag < shortest || lag > longest) continue;
    const found = correlation(source, lag, COMPARED_MS * perMs, 1);
    if (found > likeness) [best, likeness] = [lag, found];
  }
  return best;
}

/** How alike the last `length` samples are to those `lag` before, -1 to 1; every `step`-th is looked at. */
function correlation(source: Int16Array, lag: number, length: number, step: number): number {
  let product = 0;
  let energy = 1;
  let energyBefore = 1;
  for (let i = source.length - length; i < source.length; i += step) {
    const sample = source[i] as number;
    const before = source[i - lag] as number;
    product += sample * before;
    energy += sample * sample;
    energyBefore += before * before;
  }
  return product / Math.sqrt(energy * energyBefore);
}

function clip(value: number): number {
  const rounded = Math.round(value);
  return rounded > 32_767 ? 32_767 : rounded < -32_768 ? -32_768 : rounded;
}
