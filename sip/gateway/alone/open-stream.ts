import type { Logger } from 'pino';
import type { Announcements, Listener } from '../../media/announcements';
import { isUnusable } from '../../media/failure';
import type { PlaceLine } from '../../media/place-line';
import type { SipMessage } from '../../message/sip-message';
import type { App } from '../app';
import type { IncomingRequest } from '../incoming-request';

/** What he does while all streams are in use that he may have. */
export interface StreamWait {
  line: PlaceLine;
  /** How much longer he waits for one, in ms. */
  patience: () => number;
  onFull: () => void;
}

/**
 * Who heard the app before its answer is answered with what that said of its media, and told over them: another stream
 * would be heard beside the one that the app left. Undefined for who heard nothing.
 */
export function streamLeft(
  { earlySdp, noted }: IncomingRequest,
  { name: owner }: App,
): { listener: Listener; answer: string } | undefined {
  const { session, endpoint } = noted ?? {};
  if (earlySdp === undefined || owner === undefined) return undefined;
  if (session === undefined || endpoint === undefined) return undefined;
  return { listener: { owner, session, endpoint }, answer: earlySdp };
}

/**
 * The stream of a caller whom the edge serves by itself, in his turn, or the status that says why there is none: 488
 * when his offer is to blame, else 503, so that the carrier takes its next route. The log has the reason.
 */
export async function openStream(
  announcements: Announcements,
  invite: SipMessage,
  { line, patience, onFull }: StreamWait,
  log: Logger,
): Promise<{ listener: Listener; answer: string } | { refused: 488 | 503 }> {
  const refuse = (refused: 488 | 503, reason: string) => {
    log.warn({ callId: invite.get('call-id'), refused, reason }, 'a caller has no stream');
    return { refused };
  };
  try {
    const opened = await line.take(() => announcements.open(invite.body), patience, onFull);
    return opened ?? refuse(503, 'none came free');
  } catch (error) {
    return refuse(isUnusable(error) ? 488 : 503, (error as Error).message);
  }
}
