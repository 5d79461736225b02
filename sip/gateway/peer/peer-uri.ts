import { hopOf } from '../../dialog/routing';
import type { Protocol } from '../../transport/flow';

/**
 * SIP_PEER: a sip or sips URI, or `host[:port][;transport=…]`, as a URI and the transport that it names.
 * Undefined for anything else.
 */
export function parsePeer(
  text: string,
): { uri: string; protocol: Protocol | undefined } | undefined {
  const uri = /^sips?:/i.test(text) ? text : `sip:${text}`;
  const hop = /[\s<>]/.test(uri) ? undefined : hopOf(uri);
  return hop && { uri, protocol: hop.protocol };
}
