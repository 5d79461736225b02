import { targetOf, uacDialog } from '../../dialog/dialog';
import { parseMessage, type SipMessage } from '../../message/sip-message';
import { parseUri } from '../../message/uri';
import type { Flow } from '../../transport/flow';
import { App } from '../app';
import type { Context } from '../context';
import { HeldDialog } from '../held-dialog';
import type { Successes } from '../successes';
import { FALLEN } from './after-fall';

/** A phone rings no longer than this; what answers later answers nobody's call. */
const LATE_FOR_MS = 180_000;
const MOST = 1000;

/**
 * Phones that the edge before this one was ringing when it fell: nothing of that is on the disk. Who picks
 * up gets ACK and BYE instead of a silence of half a minute (RFC 3261 §13.2.2.4).
 */
export class LateAnswers {
  /** Nobody's calls; no connection ever bears it. */
  private readonly nobody = new App(undefined);
  private readonly known = new Map<string, HeldDialog>();
  private readonly until: number;

  constructor(
    private readonly context: Context,
    private readonly successes: Successes,
  ) {
    this.until = context.now() + LATE_FOR_MS;
  }

  /** A response to no request of this edge. */
  take(response: SipMessage, flow: Flow): void {
    if (!isAnswer(response) || this.context.now() > this.until) return;
    const key = `${response.callId}|${response.toTag}`;
    const known = this.known.get(key);
    if (known !== undefined) return this.successes.repeatAck(known, response);
    const held = this.dialogOf(response, flow);
    if (held === undefined || this.known.size >= MOST) return;
    this.known.set(key, held);
    this.successes.acknowledgeAndEnd(held, response, FALLEN);
  }

  /** Only for who says the truth of where he is, so that nobody makes us call a third one. */
  private dialogOf(response: SipMessage, flow: Flow): HeldDialog | undefined {
    const invite = parseMessage(inviteOf(response), true);
    if (invite === undefined) return undefined;
    const dialog = uacDialog(invite, response, flow);
    if (parseUri(dialog.requestUri ?? '')?.host !== flow.address) return undefined;
    const held = new HeldDialog(dialog, this.nobody, targetOf(flow));
    held.inviteCseq = response.cseq;
    return held;
  }
}

function isAnswer({ status, cseqMethod, toTag, fromTag }: SipMessage): boolean {
  const success = status >= 200 && status < 300 && cseqMethod === 'INVITE';
  return success && toTag !== undefined && fromTag !== undefined;
}

/** As much of the lost INVITE as its answer repeats. */
function inviteOf(response: SipMessage): string {
  const copied = ['Via', 'From', 'Call-ID', 'CSeq'].map(
    (name) => `${name}: ${response.get(name.toLowerCase()) ?? ''}\r\n`,
  );
  const to = (response.get('to') ?? '').replace(/;\s*tag=[^;]*$/i, '');
  return `INVITE sip:fallen SIP/2.0\r\n${copied.join('')}To: ${to}\r\n\r\n`;
}
