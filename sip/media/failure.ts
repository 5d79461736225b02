/** Why a media command was not carried out; the codes are those of the control protocol. */
export type MediaErrorCode =
  | 'bad-request'
  | 'unknown-session'
  | 'unknown-endpoint'
  | 'unknown-recording'
  | 'unknown-prompt'
  | 'no-codec'
  | 'bad-sdp'
  | 'capacity'
  | 'failed';

export class MediaFailure extends Error {
  constructor(
    readonly code: MediaErrorCode,
    message: string,
  ) {
    super(message);
    this.name = 'MediaFailure';
  }
}

/** The far side's description is to blame, whenever it is asked: 488 is the answer (RFC 3261 §21.4.26). */
export function isUnusable(error: unknown): error is MediaFailure {
  return error instanceof MediaFailure && (error.code === 'no-codec' || error.code === 'bad-sdp');
}
