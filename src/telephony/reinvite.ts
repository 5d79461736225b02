/**
 * A re-INVITE of ours: one that meets one of the far side waits as RFC 3261 §14.1 wants it and is sent again; one
 * that gets no answer in time has none.
 */
import type { SipDialog, SipResponse } from './drachtio';

/** A phone answers a re-INVITE by itself: no person is asked. Retransmissions have left at 0.5, 1.5 and 3.5 s. */
const PATIENCE_MS = 5000;
/** We own the Call-ID: 2.1 to 4 s, in steps of 10 ms. */
const GLARE_MS = () => 2100 + 10 * Math.floor(Math.random() * 191);
const REQUEST_PENDING = 491;
/** A far side whose own request never ends is no glare. */
const MAX_TRIES = 5;

/**
 * The final answer, which is acknowledged; undefined when none came before it was given up, `unasked` when it is wanted
 * no more before it was sent once more.
 */
export async function reinvite(
  dialog: SipDialog,
  body: string,
  isWanted: () => boolean,
  giveUp: AbortSignal,
): Promise<SipResponse | undefined | 'unasked'> {
  for (let tries = 1; ; tries++) {
    const answer = await ask(dialog, body, giveUp);
    if (answer?.status !== REQUEST_PENDING || tries === MAX_TRIES) return answer;
    await new Promise((resolve) => setTimeout(resolve, GLARE_MS()));
    if (!isWanted()) return 'unasked';
  }
}

/**
 * Does an answer in a dialog say that its far side is no more? 408: nobody answered, as the edge says it; 481: its
 * dialog is no more. The edge says 503 by itself where it reaches nobody; it then names no address (RFC 3261 §8.1.3.1).
 */
export function isGone({ status, source_address: address }: SipResponse): boolean {
  return status === 408 || status === 481 || (status === 503 && !address);
}

async function ask(
  dialog: SipDialog,
  body: string,
  giveUp: AbortSignal,
): Promise<SipResponse | undefined> {
  const headers = { Contact: dialog.local.contact, 'Content-Type': 'application/sdp' };
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
    giveUp.addEventListener('abort', () => resolve(undefined));
  });
  const answered = new Promise<SipResponse | undefined>((resolve) => {
    dialog.request({ method: 'INVITE', headers, body }, (error, answer) => {
      // A phone may say that it tries, or even that it rings, before it answers (RFC 3261 §13.3.1.1).
      if (error || !answer) resolve(undefined);
      else if (answer.status >= 200) resolve(answer);
    });
  });
  try {
    return await Promise.race([answered, patience]);
  } finally {
    clearTimeout(timer);
  }
}
