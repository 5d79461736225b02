/** Who may send on a stream: what a description says of it, and what is left when two sides have spoken. */
import type { Description, MediaBlock } from './description';
import { isUnspecified } from './address';

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

const DIRECTIONS: readonly Direction[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive'];

export function sends(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'sendonly';
}

export function receives(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'recvonly';
}

/**
 * As the far side sees it. The block's own direction counts, else the session's, else both ways (RFC
 * 8866 §6.7); whoever names no address cannot be sent to, whatever he says (RFC 3264 §8.4).
 */
export function directionOf(
  block: MediaBlock,
  description: Description,
  address: string,
): Direction {
  const said = [...block.attributes, ...description.attributes].map(({ name }) => name);
  const first = said.find((name) => DIRECTIONS.includes(name as Direction)) as
    Direction | undefined;
  const direction = first ?? 'sendrecv';
  return isUnspecified(address) ? named(sends(direction), false) : direction;
}

/** The same stream from the other end. */
export function mirrored(direction: Direction): Direction {
  return named(receives(direction), sends(direction));
}

/** What both allow, each as seen from our end (RFC 3264 §6.1). */
export function common(a: Direction, b: Direction): Direction {
  return named(sends(a) && sends(b), receives(a) && receives(b));
}

function named(send: boolean, receive: boolean): Direction {
  if (send) return receive ? 'sendrecv' : 'sendonly';
  return receive ? 'recvonly' : 'inactive';
}
