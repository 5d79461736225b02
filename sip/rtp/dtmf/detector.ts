/**
 * Finds key presses in sound (ITU-T Q.24), for callers whose phone or trunk sends no events. Looks at
 * 20 ms every 10 ms; a key is down when two looks in a row agree, so that 40 ms are always found and
 * 20 ms never are, and up when two in a row do not hold it, so that a gap of 10 ms is bridged and a
 * pause of 40 ms is one.
 *
 *     level (else: idle) -> one lower and one higher tone -> share of all energy -> twist
 *           -> the frequency itself, by how far the phase moved since the last look -> twice
 *
 * What passes all of it is next to never voice or music: the two tones must be nearly all there is.
 */
import { DBM0_SINE_DBOV, amplitudeOf } from '../level';
import { HIGH_TONES, LOW_TONES, keyAt, type KeyListener } from './keys';
import { ToneBank } from './tone-bank';

const LOOK_MS = 20;
const HOP_MS = 10;
const SEGMENT_MS = 5;
/** Segments that the two looks, overlapping by half, consist of. */
const SEGMENTS = 6;
/** Weakest tone that counts. Q.24, by country: taken from -25 to -27 dBm0, refused at -29 or -30. */
const FAINTEST_DBM0 = -28;
const FAINTEST = 2 * amplitudeOf(FAINTEST_DBM0 + DBM0_SINE_DBOV) ** 2;
/** Higher tone over lower in power: +4 to -8 dB is taken (Q.24), with 1.5 dB for the measurement. */
const MOST_TWIST = 10 ** 0.55;
const LEAST_TWIST = 10 ** -0.95;
/** Share of the energy that the two tones have to have; noise 10 dB below them leaves 0.9. */
const SHARE = 0.8;
/** The same while their frequency is not known: what is out of tune by 26 Hz shows 0.7 of its power. */
const APPARENT_SHARE = 0.55;
/** And with which a key that is down stays so. */
const HOLDING_SHARE = 0.4;
/** While a key is being recognized each 5 ms have at least this part of the mean energy: 22 ms do not. */
const EVENNESS = 0.5;
const AGREEING_LOOKS = 2;
const MISSED_LOOKS = 2;

export class DtmfDetector {
  private readonly look: Float64Array;
  private readonly window: Float64Array;
  private readonly hop: number;
  private readonly segment: number;
  private readonly low: ToneBank;
  private readonly high: ToneBank;
  /** Sum of the squared samples that would be the faintest pair of tones. */
  private readonly faintest: number;
  private filled = 0;
  /** Energy of the last segments, newest last. */
  private readonly segments = new Float64Array(SEGMENTS);
  private energy = 0;
  /** What the last look showed, for how many looks. */
  private candidate = '';
  private looks = 0;
  /** The key that is down, for how many hops, up to which it was heard, and the looks without it. */
  private down = '';
  private hops = 0;
  private heard = 0;
  private missed = 0;

  constructor(
    private readonly listener: KeyListener,
    rate: 8000 | 16_000 = 8000,
  ) {
    const length = (LOOK_MS * rate) / 1000;
    this.hop = (HOP_MS * rate) / 1000;
    this.segment = (SEGMENT_MS * rate) / 1000;
    this.look = new Float64Array(length);
    // Hann: what is two bins (100 Hz) away is out of it, so the tones do not disturb each other.
    this.window = Float64Array.from(
      { length },
      (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / length),
    );
    this.low = new ToneBank(LOW_TONES, rate, length, this.hop);
    this.high = new ToneBank(HIGH_TONES, rate, length, this.hop);
    this.faintest = FAINTEST * this.hop;
    this.filled = this.hop;
  }

  /** Samples in frames of any length, one after the other; tells the listener what they end or begin. */
  detect(samples: Int16Array, count = samples.length): void {
    const { look } = this;
    for (let i = 0; i < count; i++) {
      const sample = samples[i] as number;
      look[this.filled++] = sample;
      this.energy += sample * sample;
      if (this.filled % this.segment === 0) this.closeSegment();
      if (this.filled === look.length) this.take();
    }
  }

  /** The sound ends here: a key that is down is up. */
  end(): void {
    this.keyUp();
    this.candidate = '';
    this.looks = 0;
  }

  private closeSegment(): void {
    const { segments } = this;
    segments.copyWithin(0, 1);
    segments[SEGMENTS - 1] = this.energy;
    this.energy = 0;
  }

  private take(): void {
    const { segments } = this;
    const newer = (segments[SEGMENTS - 1] as number) + (segments[SEGMENTS - 2] as number);
    // Without a tone in its newer half, a look shows nothing that matters: no product is computed.
    if (newer < this.faintest / 2 && this.down === '') this.miss();
    else this.judge();
    this.look.copyWithin(0, this.hop);
    this.filled = this.hop;
  }

  private judge(): void {
    const { low, high } = this;
    low.measure(this.look, this.window);
    high.measure(this.look, this.window);
    const whole = this.wholePower();
    const share = (low.power + high.power) / whole;
    const key = keyAt(low.strongest, high.strongest);
    if (this.down !== '') this.hold(key, share);
    const isPair = share > APPARENT_SHARE && this.isPair();
    const agrees = isPair && key === this.candidate && this.isTrue(whole) && this.isEven();
    this.looks = agrees ? this.looks + 1 : isPair ? 1 : 0;
    this.candidate = isPair ? key : '';
    if (this.looks >= AGREEING_LOOKS && key !== this.down) this.keyDown(key);
  }

  /** Squared amplitude of the one sine that would have all the energy: a Hann window leaves 3 N / 16. */
  private wholePower(): number {
    const { look, window } = this;
    let energy = 0;
    for (let i = 0; i < look.length; i++) {
      energy += ((look[i] as number) * (window[i] as number)) ** 2;
    }
    return (16 * energy) / (3 * look.length);
  }

  /** Level and twist. */
  private isPair(): boolean {
    const [low, high] = [this.low.power, this.high.power];
    if (low < FAINTEST || high < FAINTEST) return false;
    return high < low * MOST_TWIST && high > low * LEAST_TWIST;
  }

  /** Both in tune, and next to nothing beside them. */
  private isTrue(whole: number): boolean {
    const { low, high } = this;
    return low.isInTune && high.isInTune && low.truePower + high.truePower > SHARE * whole;
  }

  /** 20 ms of tone do not fill the 30 ms looked at; a voice seldom does evenly. */
  private isEven(): boolean {
    const { segments } = this;
    let [sum, least] = [0, Number.POSITIVE_INFINITY];
    for (let i = 0; i < SEGMENTS; i++) {
      const energy = segments[i] as number;
      sum += energy;
      if (energy < least) least = energy;
    }
    return least > (EVENNESS * sum) / SEGMENTS;
  }

  /** Counts the hops of the key that is down, and the looks that do not show it. */
  private hold(key: string, share: number): void {
    const isSame = key === this.down && this.low.power > FAINTEST / 2;
    this.hops += 1;
    if (isSame && share > APPARENT_SHARE) this.heard = this.hops;
    this.missed = isSame && share > HOLDING_SHARE ? 0 : this.missed + 1;
    if (this.missed === MISSED_LOOKS) this.keyUp();
  }

  private miss(): void {
    this.candidate = '';
    this.looks = 0;
  }

  private keyDown(key: string): void {
    this.keyUp();
    this.down = key;
    // Two looks that overlap by half.
    this.hops = this.heard = AGREEING_LOOKS + 1;
    this.missed = 0;
    this.listener.keyDown(key);
  }

  /** The duration is told to 10 ms: from the first look that showed the key to the last. */
  private keyUp(): void {
    const { down } = this;
    if (down === '') return;
    this.down = '';
    this.listener.keyUp(down, this.heard * HOP_MS);
  }
}
