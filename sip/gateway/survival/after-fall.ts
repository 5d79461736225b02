import type { Announcements } from '../../media/announcements';
import type { SipMessage } from '../../message/sip-message';
import { secondMs } from '../../transaction/timing';
import type { Context } from '../context';
import type { Endings } from '../endings';
import type { HeldDialog } from '../held-dialog';
import type { SessionRefresh } from '../session-refresh';

/** Dialogs ended at once, and how long until the next ones: a thousand BYEs are no flood. */
const AT_ONCE = 50;
const NEXT_AFTER_MS = 50;
/**
 * Seconds that a caller's phone has to answer our new offer: no person is asked, and the app waits for
 * its list of dialogs meanwhile, which control gives five seconds.
 */
const ANSWER_WITHIN_S = 3;
export const FALLEN = 'Edge restarted';

/**
 * What becomes of the dialogs that a fallen edge left behind. Their media is gone: each is ended with a
 * BYE that says why, or, where the app asked for it and `recover` is on, its caller is offered new media
 * and music, and stands in the app's list again as somebody who waits.
 */
export class AfterFall {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly context: Context,
    private readonly parts: {
      endings: Endings;
      sessionRefresh: SessionRefresh;
      announcements: Announcements | undefined;
      recover: boolean;
    },
  ) {}

  /** Resolves when those who can be taken up again have been, or were given up. */
  async treat(left: readonly HeldDialog[]): Promise<void> {
    for (const held of left) {
      held.fallen = true;
      this.context.dialogs.add(held);
      held.app.dialogs.add(held);
    }
    const [wanted, others] = [left.filter(this.isWanted), left.filter((h) => !this.isWanted(h))];
    this.endInTurn(others);
    await Promise.all(wanted.map((held) => this.takeUp(held)));
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private readonly isWanted = (held: HeldDialog): boolean =>
    this.parts.recover && held.recover && held.dialog.role === 'uas';

  private endInTurn(held: HeldDialog[]): void {
    for (const one of held.slice(0, AT_ONCE)) this.end(one);
    const rest = held.slice(AT_ONCE);
    if (rest.length > 0) this.timer = setTimeout(() => this.endInTurn(rest), NEXT_AFTER_MS);
  }

  private end(held: HeldDialog): void {
    this.parts.endings.byeUntold(held, FALLEN);
  }

  private async takeUp(held: HeldDialog): Promise<void> {
    const { session, endpoint, app } = held;
    const { announcements } = this.parts;
    try {
      if (session === undefined || endpoint === undefined || app.name === undefined) {
        throw new Error('nothing is known of its media');
      }
      if (announcements === undefined) throw new Error('there is no media engine');
      const listener = { owner: app.name, session, endpoint };
      // What was encrypted stays so, under a new key.
      const offer = await announcements.offer(listener, /^a=crypto:/m.test(held.responseText));
      const answer = await this.reinvite(held, offer);
      await announcements.wait(listener, answer);
      held.responseText = withBody(held.responseText, offer);
      held.fallen = false;
    } catch (err) {
      this.context.log.warn({ err, dialogId: held.id }, 'a caller could not be taken up again');
      if (held.dialog.state === 'confirmed') this.parts.endings.byeUntold(held, FALLEN);
    }
  }

  /** The phone's description in answer to ours. Rejects when it does not take it. */
  private reinvite(held: HeldDialog, offer: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const tooLate = setTimeout(
        () => reject(new Error('no answer')),
        ANSWER_WITHIN_S * secondMs(this.context.timing),
      );
      this.parts.sessionRefresh.offer(held, offer, (response: SipMessage | undefined) => {
        clearTimeout(tooLate);
        if (response?.status === 200) resolve(response.body);
        else reject(new Error(`answered ${response?.status ?? 'nothing'}`));
      });
    });
  }
}

/** The app rebuilds its dialog from this text, and takes our description from it. */
function withBody(response: string, body: string): string {
  const end = response.indexOf('\r\n\r\n');
  const head = response.slice(0, end).replace(/^(Content-Length|l)\s*:.*$/im, `$1: ${body.length}`);
  return `${head}\r\n\r\n${body}`;
}
