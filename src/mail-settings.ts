/** What the settings say of mails of alarms. Decides which are right; config.ts reads them with all others. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** Each and its default, in the order of `.env.example`. */
export const MAIL_SETTINGS = {
  SMTP_HOST: '',
  SMTP_PORT: '',
  SMTP_TLS: 'starttls',
  SMTP_CA: '',
  SMTP_USER: '',
  SMTP_PASSWORD: '',
  ALARM_MAIL_FROM: '',
  ALARM_MAIL_TO: '',
  ALARM_MAIL_TO_CRITICAL: '',
  ALARM_MAIL_MINUTES: '30',
} as const;

type Name = keyof typeof MAIL_SETTINGS;

export interface SmtpSettings {
  host: string;
  port: number;
  /** `starttls`: never without it; `none`: on this machine only. */
  tls: 'starttls' | 'tls' | 'none';
  /** PEM of whom is trusted beside, or instead of, the authorities that Node knows; null: of those alone. */
  ca: string | null;
  /** Empty: nobody signs in. */
  user: string;
  /** Never logged. */
  password: string;
}

export interface MailSettings {
  server: SmtpSettings;
  from: string;
  /** Of every alarm. */
  to: string[];
  /** Of critical ones alone. */
  toCritical: string[];
  /** The same alarm is not mailed again within so many. */
  againMinutes: number;
}

const MODES = ['starttls', 'tls', 'none'] as const;
const PORTS: Record<SmtpSettings['tls'], number> = { starttls: 587, tls: 465, none: 25 };
/** As much of RFC 5321 §4.1.2 as addresses of people have; no comment, no line end, no second address. */
const ADDRESS = /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i;

export const isMailAddress = (text: string): boolean => ADDRESS.test(text);

/** Null: SMTP_HOST is empty, and nothing is mailed. Problems go to `problems`, one line each, without the password. */
export function mailSettings(
  value: (name: Name) => string,
  { cwd, problems }: { cwd: string; problems: string[] },
): MailSettings | null {
  const host = value('SMTP_HOST');
  if (host === '') return null;
  const wrong = (name: Name, expected: string): void => {
    problems.push(`${name}=${value(name)}: expected ${expected}.`);
  };
  const addresses = (name: Name): string[] => {
    const all = value(name)
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== '');
    if (!all.every(isMailAddress)) wrong(name, 'mail addresses divided by commas');
    return all;
  };
  const tls = MODES.find((mode) => mode === value('SMTP_TLS'));
  if (tls === undefined) wrong('SMTP_TLS', `one of ${MODES.join(', ')}`);
  if (tls === 'none' && !isLoopback(host))
    problems.push(
      'SMTP_TLS=none: only for a mail server on this machine (127.0.0.1, ::1, localhost).',
    );
  const user = value('SMTP_USER');
  if (user !== '' && value('SMTP_PASSWORD') === '')
    problems.push('SMTP_PASSWORD must be set where SMTP_USER is.');
  const from = value('ALARM_MAIL_FROM');
  if (!isMailAddress(from)) wrong('ALARM_MAIL_FROM', 'the mail address of the sender');
  const againMinutes = Number(value('ALARM_MAIL_MINUTES'));
  if (!/^\d{1,4}$/.test(value('ALARM_MAIL_MINUTES')) || againMinutes < 1 || againMinutes > 1440)
    wrong('ALARM_MAIL_MINUTES', 'a whole number of minutes from 1 to 1440');
  return {
    server: {
      ...{ host, port: portOf(value('SMTP_PORT'), PORTS[tls ?? 'starttls'], wrong) },
      ...{ tls: tls ?? 'starttls', ca: caOf(value('SMTP_CA'), cwd, problems) },
      ...{ user, password: value('SMTP_PASSWORD') },
    },
    ...{ from, to: addresses('ALARM_MAIL_TO'), toCritical: addresses('ALARM_MAIL_TO_CRITICAL') },
    againMinutes,
  };
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);

function portOf(text: string, usual: number, wrong: (name: Name, expected: string) => void) {
  if (text === '') return usual;
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65535)
    wrong('SMTP_PORT', 'a port number from 1 to 65535');
  return port;
}

function caOf(path: string, cwd: string, problems: string[]): string | null {
  if (path === '') return null;
  try {
    return readFileSync(resolve(cwd, path), 'utf8');
  } catch (error) {
    problems.push(`SMTP_CA: ${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
    return null;
  }
}
