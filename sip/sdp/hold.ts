/** Hold as a description tells it (RFC 3264 §8.4). */
import { parseSdp } from './description';
import { directionOf, receives } from './direction';
import { isSilent } from './audio';

/**
 * True when the side that describes itself so does not listen: `sendonly`, `inactive`, the address 0.0.0.0
 * (RFC 2543), or no stream at all. Throws `SdpError` for a text that is no description.
 */
export function holds(sdp: string): boolean {
  const description = parseSdp(sdp);
  if (isSilent(description)) return true;
  const audio = description.media.find(({ kind, port }) => kind === 'audio' && port !== 0);
  if (audio === undefined) return false;
  const address = audio.connection ?? description.connection ?? '';
  return !receives(directionOf(audio, description, address));
}
