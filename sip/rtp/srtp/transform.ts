/**
 * What a suite does to one packet, in place. The index of a packet is given in two parts: RTP has the
 * rollover counter and its own sequence number, RTCP a number of 31 bits that it bears itself.
 *
 *     AES-CM  RTP   header | payload* | MKI | tag              RTCP  header | rest* | E index | MKI | tag
 *     GCM     RTP   header | payload* tag | MKI                RTCP  header | rest* tag | E index | MKI
 *
 * `*` is encrypted. The tag covers all before it, the rollover counter or `E index`, and not the MKI.
 */
export interface Transform {
  /** Encrypts from `start` to `end` and writes the tag behind; the new end. */
  sealRtp(bytes: Buffer, start: number, end: number, rollover: number): number;
  /** Decrypts from `start`; where the payload ends, -1 and nothing is changed when it is not authentic. */
  openRtp(bytes: Buffer, start: number, rollover: number): number;
  /** Like RTP, of a compound packet that ends at `end`. */
  sealRtcp(bytes: Buffer, end: number, index: number): number;
  openRtcp(bytes: Buffer): number;
  /** Where `E index` stands in a packet of that length; less than 0 when it has no room. */
  rtcpIndexAt(length: number): number;
}

/** More than any suite adds to a packet of ours. */
export const MAX_ADDED = 32;

/** The first packet of a compound keeps its header and SSRC in the clear (RFC 3711 §3.4). */
export const RTCP_HEADER = 8;

/** Set in `E index` when the packet is encrypted: always, for nobody agreed on anything else with us. */
export const ENCRYPTED = 0x8000_0000;
