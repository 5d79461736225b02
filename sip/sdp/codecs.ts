/**
 * The codecs that a description of ours may name, and what of them the media engine says that it can
 * carry: nothing else is offered or answered. To add a codec: a row in `CODECS`, and its frames in rtp
 * and media.
 */
import type { Suite } from './crypto';

/** The two laws of G.711: eight bits a sample, so that one becomes the other byte by byte. */
export type G711 = 'PCMA' | 'PCMU';

/** All of these make one byte of sound for each tick of the RTP clock. */
export type Codec = G711 | 'G722';

export interface CodecRow {
  codec: Codec;
  /** Static payload type of RFC 3551 §6. */
  payloadType: number;
  /** As `rtpmap` names it. The clock of G.722 is 8000 though it samples at 16 kHz (RFC 3551 §4.5.2). */
  mapping: string;
}

/** In the order of our preference among equals; A-law is the carriers'. */
export const CODECS: readonly CodecRow[] = [
  { codec: 'PCMA', payloadType: 8, mapping: 'PCMA/8000' },
  { codec: 'PCMU', payloadType: 0, mapping: 'PCMU/8000' },
  { codec: 'G722', payloadType: 9, mapping: 'G722/8000' },
];

/** What the media engine can carry. */
export interface Capabilities {
  /** In the order in which our offers list them. */
  codecs: readonly Codec[];
  /** CN/8000 (RFC 3389) may stand for silence. */
  comfortNoise: boolean;
  /** RTCP on the port of RTP (RFC 5761). */
  rtcpMux: boolean;
  /** SRTP suites keyed by SDES (RFC 4568), the preferred first; none: no encryption. */
  suites: readonly Suite[];
}

/** What the media engine of the edge carries. Offers list the suite first that all who encrypt have. */
export const CARRIED: Capabilities = {
  codecs: ['PCMA', 'PCMU', 'G722'],
  comfortNoise: true,
  rtcpMux: true,
  suites: ['AES_CM_128_HMAC_SHA1_80', 'AEAD_AES_128_GCM', 'AES_CM_128_HMAC_SHA1_32'],
};

/** G.711 in plain RTP, the least that every telephone has. */
export const PLAIN_G711: Capabilities = {
  codecs: ['PCMA', 'PCMU'],
  comfortNoise: false,
  rtcpMux: false,
  suites: [],
};
