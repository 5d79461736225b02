import type { Logger } from 'pino';
import type { Announcements, Listener } from '../../media/announcements';
import { isUnusable } from '../../media/failure';
import type { SipMessage } from '../../message/sip-message';

/**
 * The stream of a caller whom the edge serves by itself, or the status that says why there is none: 488
 * when his offer is to blame, else 503, so that the carrier takes its next route. The log has the reason.
 */
export async function openStream(
  announcements: Announcements,
  invite: SipMessage,
  log: Logger,
): Promise<{ listener: Listener; answer: string } | { refused: number }> {
  try {
    return await announcements.open(invite.body);
  } catch (error) {
    const refused = isUnusable(error) ? 488 : 503;
    const reason = (error as Error).message;
    log.warn({ callId: invite.get('call-id'), refused, reason }, 'a caller has no stream');
    return { refused };
  }
}
