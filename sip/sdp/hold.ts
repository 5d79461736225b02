/** Hold as a description tells it (RFC 3264 §8.4). */
import { parseSdp } from './description';
import { directionOf, receives } from './direction';
import { isSilent } from './audio';
import { SdpError } from './errors';

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

/** True when the side that describes itself so neither listens nor speaks. False for a text that is no description. */
export function standsStill(sdp: string): boolean {
  try {
    const description = parseSdp(sdp);
    const audio = description.media.filter(({ kind, port }) => kind === 'audio' && port !== 0);
    const directions = audio.map((block) =>
      directionOf(block, description, block.connection ?? description.connection ?? ''),
    );
    return audio.length > 0 && directions.every((direction) => direction === 'inactive');
  } catch (error) {
    if (error instanceof SdpError) return false;
    throw error;
  }
}
