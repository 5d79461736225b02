/**
 * Mails alarms. Decides which way a mail goes: through the jobs, which keep it until the mail server has it, also over a
 * restart; or straight to the mail server where the jobs cannot take it within two seconds, for that the database is
 * away is an alarm, too. Nobody waits for either.
 */
import type { Logger } from 'pino';
import {
  due,
  gather,
  NOTHING_GATHERED,
  type Digest,
  type GatherStep,
  type MailedAlarm,
} from '../../domain/alarm-mail/gather';
import { mailsOf, type Mail, type Receivers } from '../../domain/alarm-mail/text';
import type { Plan } from '../../domain/plan';
import { seconds, type Instant, type Millis } from '../../domain/time';
import { within } from './within';
import type { SendMail } from './smtp';

export const MAIL_QUEUE = 'alarm-mail';
/** Over four hours: a mail server that is away for longer has made other alarms. */
export const MAIL_TRIES = { retries: 9, retrySeconds: 30, expireSeconds: 60 };

/** Until the jobs count as away. */
const TAKES_WITHIN_MS: Millis = seconds(2);
/** Between tries without the jobs; then it is given up. */
const AGAIN_MS: readonly Millis[] = [10, 30, 120, 600, 1800, 3600].map(seconds);
/** Of mails that wait without the jobs. */
const MOST_WAITING = 50;

export interface AlarmMailOptions {
  receivers: Receivers;
  /** How long the same alarm is not mailed again. */
  againMs: Millis;
  plan: () => Plan;
  send: SendMail;
  /** Puts a mail among the jobs; rejects when they cannot take it. */
  keep: (id: string, mail: Mail) => Promise<void>;
  makeId: () => string;
  now: () => Instant;
  log: Logger;
  /** Instead of those above, for tests in a hurry. */
  directMs?: readonly Millis[];
}

export class AlarmMail {
  private gathered = NOTHING_GATHERED;
  private timer: NodeJS.Timeout | undefined;
  private readonly retries = new Map<string, { mail: Mail; timer: NodeJS.Timeout }>();
  private readonly posting = new Set<Promise<void>>();
  private stopped = false;

  constructor(private readonly options: AlarmMailOptions) {}

  /** Never throws, and returns at once. */
  raised(alarm: MailedAlarm): void {
    if (!this.stopped) this.take(gather(this.gathered, alarm, this.options.againMs));
  }

  /** What waits goes out, or among the jobs; what can be taken by neither is in the table `alarm`. */
  async stop(): Promise<void> {
    this.stopped = true;
    const { againMs, now, keep, log } = this.options;
    this.take(due(this.gathered, { now: now(), againMs, ending: true }));
    const left = [...this.retries];
    for (const [, { timer }] of left) clearTimeout(timer);
    this.retries.clear();
    for (const [id, { mail }] of left)
      this.note(
        within(TAKES_WITHIN_MS, keep(id, mail)).catch((error: unknown) =>
          log.error({ err: error, subject: mail.subject }, 'a mail is given up'),
        ),
      );
    await Promise.all(this.posting);
  }

  private take({ next, mail }: GatherStep): void {
    this.gathered = next;
    if (mail !== null) this.post(mail);
    clearTimeout(this.timer);
    if (next.dueAt === null || this.stopped) return;
    const { now, againMs } = this.options;
    const tick = (): void => this.take(due(this.gathered, { now: now(), againMs }));
    this.timer = setTimeout(tick, Math.max(0, next.dueAt - now())).unref();
  }

  private post(digest: Digest): void {
    const { plan, receivers, makeId } = this.options;
    for (const mail of mailsOf(digest, plan(), receivers)) this.note(this.posted(makeId(), mail));
  }

  private note(work: Promise<void>): void {
    this.posting.add(work);
    void work.finally(() => this.posting.delete(work));
  }

  private async posted(id: string, mail: Mail): Promise<void> {
    try {
      await within(TAKES_WITHIN_MS, this.options.keep(id, mail));
    } catch (error) {
      this.options.log.info({ err: error }, 'a mail goes out without the jobs');
      // The end of the app waits for nobody's mail server.
      const sent = this.direct(id, mail, 0);
      await (this.stopped ? within(TAKES_WITHIN_MS / 2, sent).catch(() => undefined) : sent);
    }
  }

  private async direct(id: string, mail: Mail, tried: number): Promise<void> {
    const { send, log, directMs = AGAIN_MS } = this.options;
    try {
      await send(id, mail);
    } catch (error) {
      const ms = directMs[tried];
      const givenUp = ms === undefined || this.stopped || this.retries.size >= MOST_WAITING;
      log[givenUp ? 'error' : 'warn'](
        { err: error, subject: mail.subject, givenUp },
        'mail failed',
      );
      if (givenUp) return;
      const again = (): void => {
        this.retries.delete(id);
        this.note(this.direct(id, mail, tried + 1));
      };
      this.retries.set(id, { mail, timer: setTimeout(again, ms).unref() });
    }
  }
}
