/**
 * Why an SDP cannot be used: `bad-sdp` is text that makes no session we can carry, `no-codec` a
 * good description without an audio format of ours (RFC 3264 §6; answered 488 by signalling).
 */
export class SdpError extends Error {
  constructor(
    readonly code: 'bad-sdp' | 'no-codec',
    message: string,
  ) {
    super(message);
    this.name = 'SdpError';
  }
}
