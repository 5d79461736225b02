/** Alarms by mail: from what is written in the journal to the mail server, through the jobs where they are there. */
import type { Mail } from '../domain/alarm-mail/text';
import { CodedError } from '../domain/errors';
import { seconds } from '../domain/time';
import type { MailTried } from '../http/ports';
import { AlarmMail, MAIL_QUEUE, MAIL_TRIES } from '../jobs/mail/alarm-mail';
import { smtpSender, type SendMail } from '../jobs/mail/smtp';
import type { Centre, Parts } from './centre';
import type { OutsideWorld } from './outside';

export interface MailWorld {
  /** Sends a mail now, past the jobs, and says what the server answered. Rejects with `CodedError`. */
  test: () => Promise<MailTried>;
  /** While the jobs still run. */
  stop(): Promise<void>;
}

/** Mails from now on, where the settings name a mail server. */
export function mailWorld(
  { config, log, makeId }: Parts,
  centre: Centre,
  { jobs }: OutsideWorld,
): MailWorld {
  const { mail: settings } = config;
  if (settings === null)
    return { test: () => Promise.reject(new CodedError('MAIL_OFF')), stop: async () => undefined };
  const part = log.child({ part: 'mail' });
  const send = smtpSender(settings);
  const queued = new Promise<void>((resolve) => jobs.onStarted(resolve)).then(() =>
    jobs.queue({ name: MAIL_QUEUE, ...MAIL_TRIES }),
  );
  queued.catch((error: unknown) => part.warn({ err: error }, 'mails have no queue'));
  const mails = new AlarmMail({
    receivers: { all: settings.to, critical: settings.toCritical },
    againMs: seconds(settings.againMinutes * 60),
    plan: () => centre.engine.plan(),
    keep: async (id, mail) => {
      // What is put into a queue that is not there is lost, and nobody is told.
      await queued;
      await jobs.send(MAIL_QUEUE, [{ id, data: mail }]);
    },
    now: () => centre.clock.now(),
    ...{ send, makeId, log: part },
  });
  centre.onAlarm.push((alarm) => mails.raised(alarm));
  jobs.work<Mail>(MAIL_QUEUE, {}, async ({ id, data, isLast }) => {
    try {
      await send(id, data);
    } catch (error) {
      const { subject } = data;
      part[isLast ? 'error' : 'warn']({ err: error, subject, givenUp: isLast }, 'mail failed');
      throw error;
    }
  });
  const to = [...new Set([...settings.to, ...settings.toCritical])];
  return { test: () => tried(send, makeId(), to), stop: () => mails.stop() };
}

async function tried(send: SendMail, id: string, to: string[]): Promise<MailTried> {
  if (to.length === 0) throw new CodedError('NOBODY_MAILED');
  try {
    return await send(id, {
      to,
      subject: '[Openline] 测试邮件 / test mail',
      text: '收到此邮件，说明告警邮件可以送达。\nAlarms by mail reach you.\n',
    });
  } catch (error) {
    throw new CodedError('MAIL_FAILED', { why: error instanceof Error ? error.message : '' });
  }
}
