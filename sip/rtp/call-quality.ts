/**
 * What a listener would say of a leg: rating factor R and mean opinion score by the E-model (ITU-T
 * G.107), with the defaults of a quiet office for everything that a network does not change. Pure.
 *
 *     R = 93.2 - delay impairment - equipment impairment (codec and loss)        MOS = 1 .. 4.5
 */

/** Codec impairment and robustness to loss (ITU-T G.113 Appendix I, tables I.1 and I.3). */
export interface CodecImpairment {
  ie: number;
  bpl: number;
}

/** Without and with concealment of lost packets at the listener. */
export const G711_PLAIN: CodecImpairment = { ie: 0, bpl: 4.3 };
export const G711_CONCEALED: CodecImpairment = { ie: 0, bpl: 25.1 };

export interface Conditions {
  /** Share of packets that did not arrive, 0..1. */
  loss: number;
  /** Mean length of gaps over that of random loss; 1 for random. */
  burstRatio: number;
  /** Mouth to ear, milliseconds. */
  delayMs: number;
  codec: CodecImpairment;
}

/** Rating without any impairment by network or codec (G.107 §7, defaults). */
const R_BEST = 93.2;
/** Beyond this talk becomes half-duplex (Cole and Rosenbluth's line through G.107's curve). */
const DELAY_KNEE_MS = 177.3;

/** 0..93.2 */
export function ratingOf({ loss, burstRatio, delayMs, codec }: Conditions): number {
  const delay = 0.024 * delayMs + 0.11 * Math.max(delayMs - DELAY_KNEE_MS, 0);
  const percent = loss * 100;
  const equipment = codec.ie + ((95 - codec.ie) * percent) / (percent / burstRatio + codec.bpl);
  return Math.max(R_BEST - delay - equipment, 0);
}

/** Mean opinion score of a rating, 1..4.5 (G.107 Annex B). */
export function mosOf(rating: number): number {
  if (rating <= 0) return 1;
  if (rating >= 100) return 4.5;
  const mos = 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6;
  // The polynomial dips below 1 for ratings under 6.5.
  return Math.max(mos, 1);
}

/** Mouth to ear: half the round trip, one packet, and a jitter buffer of twice the jitter. */
export function delayOf(roundTripMs: number | null, jitterMs: number, packetMs: number): number {
  return (roundTripMs ?? 0) / 2 + packetMs + 2 * jitterMs;
}
