import type { Logger } from 'pino';
import type { Announcements, Listener } from '../../media/announcements';
import { isUnusable } from '../../media/failure';
import type { PlaceLine } from '../../media/place-line';
import type { SipMessage } from '../../message/sip-message';

/** What he does while all streams are in use that he may have. */
export interface StreamWait {
  line: PlaceLine;
  /** How much longer he waits for one, in ms. */
  patience: () => number;
  onFull: () => void;
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
