/**
 * How large a SIP message may be before it is taken for an attack or a mistake. RFC 3261 sets no
 * bounds; real calls have 10 to 40 header lines, and the longest line seen is an Identity header
 * (RFC 8224) of 2 KB.
 */
export interface MessageLimits {
  /** Start line, headers and body together, bytes. */
  messageBytes: number;
  /** Header lines, a folded one counted once. */
  headerLines: number;
  /** One header line with all its folded parts, or the start line, bytes. */
  lineBytes: number;
}

/** What settings may raise them to: an app is told a message in one frame, and control in one line. */
export const TOP_LIMITS: MessageLimits = {
  messageBytes: 256 * 1024,
  headerLines: 1000,
  lineBytes: 64 * 1024,
};

export const DEFAULT_LIMITS: MessageLimits = {
  messageBytes: 256 * 1024,
  headerLines: 200,
  lineBytes: 8 * 1024,
};
