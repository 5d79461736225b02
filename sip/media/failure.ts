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
