/** Hands a mail to the mail server of the settings, by nodemailer. Decides nothing about when, and tries once. */
import nodemailer from 'nodemailer';
import type { Mail } from '../../domain/alarm-mail/text';
import { seconds, type Millis } from '../../domain/time';
import type { SmtpSettings } from '../../mail-settings';

const CONNECTS_WITHIN_MS: Millis = seconds(10);
const ANSWERS_WITHIN_MS: Millis = seconds(30);

/** What the server said to a mail. */
export interface MailAnswer {
  accepted: string[];
  rejected: string[];
  /** Its last line: `250 2.0.0 Ok: queued as …`. */
  response: string;
}

/** `id` names the mail: one that is sent twice, because nobody knows whether the first arrived, is shown once. */
export type SendMail = (id: string, mail: Mail) => Promise<MailAnswer>;

/** Rejects with what the server said, or why it was not reached. */
export function smtpSender({ server, from }: { server: SmtpSettings; from: string }): SendMail {
  const { host, port, tls, user, password, ca } = server;
  const transport = nodemailer.createTransport({
    ...{ host, port, secure: tls === 'tls', requireTLS: tls === 'starttls' },
    ignoreTLS: tls === 'none',
    ...(user === '' ? {} : { auth: { user, pass: password } }),
    tls: { minVersion: 'TLSv1.2', ...(ca === null ? {} : { ca }) },
    ...{ connectionTimeout: CONNECTS_WITHIN_MS, greetingTimeout: CONNECTS_WITHIN_MS },
    socketTimeout: ANSWERS_WITHIN_MS,
    // What a mail says is text; none of it names a file or an address to be read.
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  return async (id, { to, subject, text }) => {
    const info = await transport.sendMail({
      ...{ from, to, subject, text, messageId: `<${id}@openline>` },
      // RFC 3834 §5: nobody's holiday notice comes back.
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
    const { accepted, rejected, response } = info;
    return { accepted: accepted.map(addressOf), rejected: rejected.map(addressOf), response };
  };
}

const addressOf = (one: string | { address: string }): string =>
  typeof one === 'string' ? one : one.address;
