import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { AlarmCode } from '../../src/domain/alarm';
import type { Mail } from '../../src/domain/alarm-mail/text';
import { uuidv7Maker } from '../../src/engine/id';
import { ownCertificate } from '../../src/http/tls/own-certificate';
import { Jobs } from '../../src/jobs/boss';
import { AlarmMail, MAIL_QUEUE, MAIL_TRIES } from '../../src/jobs/mail/alarm-mail';
import { smtpSender } from '../../src/jobs/mail/smtp';
import type { SmtpSettings } from '../../src/mail-settings';
import { useDatabase } from '../support/postgres';
import { NOW, PLAN } from '../support/two-stores';
import { Seen } from '../support/wait';

/** Mails of alarms through a real mail server and the jobs of a real PostgreSQL. */

const database = useDatabase();
const lines: string[] = [];
const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
const folder = mkdtempSync(join(tmpdir(), 'openline-mail-'));
const ends: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Arrived {
  to: string[];
  secure: boolean;
  source: string;
}

const PASSWORD = 'secret of the mail server';

/** A mail server with our own certificate: what it has taken, and its settings. */
async function mailServer(options: SMTPServerOptions = {}, port = 0) {
  const names = { hostname: 'mail', addresses: ['127.0.0.1'] };
  const { cert, key } = await ownCertificate(folder, names, Date.now());
  const arrived = new Seen<Arrived>();
  const server = new SMTPServer({
    ...{ cert, key, logger: false },
    onAuth: ({ username, password }, _session, done) =>
      username === 'alarm' && password === PASSWORD
        ? done(null, { user: username })
        : done(new Error('535 no such user or password')),
    onData: (stream, { envelope, secure }, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const to = envelope.rcptTo.map(({ address }) => address);
        arrived.add({ to, secure, source: Buffer.concat(chunks).toString('utf8') });
        done(null, 'queued as 4B1C');
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = () => new Promise<void>((resolve) => server.close(resolve));
  ends.push(close);
  const settings: SmtpSettings = {
    ...{ host: '127.0.0.1', port: (server.server.address() as AddressInfo).port, ca: cert },
    ...{ tls: 'starttls', user: 'alarm', password: PASSWORD },
  };
  return { arrived, settings, close };
}

/** The next that nobody has looked at. */
const looked = new WeakMap<object, number>();
const nextOf = <T>(seen: Seen<T>): Promise<T> => {
  const from = looked.get(seen) ?? 0;
  looked.set(seen, from + 1);
  return seen.next('the next mail', () => true, { from });
};

const mail: Mail = {
  to: ['it@dealer.cn'],
  subject: '严重 / critical',
  text: '录音目录无法写入。\n',
};
const from = 'openline@dealer.cn';

/** The part behind the header, as a reader shows it. */
const bodyOf = (source: string): string => {
  const body = source.slice(source.indexOf('\r\n\r\n') + 4);
  if (/^Content-Transfer-Encoding: base64/im.test(source))
    return Buffer.from(body, 'base64').toString('utf8');
  // Quoted-printable (RFC 2045 §6.7).
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
};

describe('the mail server', () => {
  test('has it by STARTTLS with sign-in, and its answer is shown', async () => {
    const { arrived, settings } = await mailServer();
    const answer = await smtpSender({ server: settings, from })('mail-1', mail);
    expect(answer).toEqual({
      ...{ accepted: ['it@dealer.cn'], rejected: [], response: '250 queued as 4B1C' },
    });
    const { to, secure, source } = await nextOf(arrived);
    expect([to, secure]).toEqual([['it@dealer.cn'], true]);
    expect(source).toMatch(/^Message-ID: <mail-1@openline>/m);
    expect(source).toMatch(/^Auto-Submitted: auto-generated/m);
    expect(bodyOf(source)).toContain('录音目录无法写入。');
  });

  test('that speaks TLS from the beginning is spoken to so', async () => {
    const { arrived, settings } = await mailServer({ secure: true });
    await smtpSender({ server: { ...settings, tls: 'tls' }, from })('mail-1', mail);
    expect((await nextOf(arrived)).secure).toBe(true);
  });

  test('without STARTTLS has nothing, neither mail nor password', async () => {
    let asked = false;
    const { settings } = await mailServer({
      hideSTARTTLS: true,
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: (_auth, _session, done) => ((asked = true), done(null, { user: 'x' })),
    });
    await expect(smtpSender({ server: settings, from })('mail-1', mail)).rejects.toThrow();
    expect(asked).toBe(false);
  });

  test('with a certificate of nobody whom we know has nothing', async () => {
    const { settings } = await mailServer();
    const send = smtpSender({ server: { ...settings, ca: null }, from });
    await expect(send('mail-1', mail)).rejects.toThrow(/self.signed/i);
  });

  test('that does not know us says so, without the password', async () => {
    const { settings } = await mailServer();
    const send = smtpSender({ server: { ...settings, password: 'wrong one' }, from });
    const failure = await send('mail-1', mail).catch((error: Error) => error);
    expect(String(failure)).toMatch(/535/);
    expect(JSON.stringify(failure)).not.toContain('wrong one');
  });

  test('never sees a line of the header that an alarm has brought', async () => {
    const { arrived, settings } = await mailServer();
    const subject = 'x\r\nBcc: thief@example.org';
    await smtpSender({ server: settings, from })('mail-1', { ...mail, subject });
    const { to, source } = await nextOf(arrived);
    expect(to).toEqual(['it@dealer.cn']);
    expect(source).not.toMatch(/^Bcc:/m);
  });
});

/** Alarms with a mail server, with jobs or without. */
function mails(settings: SmtpSettings, jobs: Jobs | null) {
  const send = smtpSender({ server: settings, from });
  const alarms = new AlarmMail({
    receivers: { all: ['it@dealer.cn'], critical: [] },
    ...{ againMs: 1_800_000, plan: () => PLAN, send, makeId: uuidv7Maker(), now: () => NOW, log },
    keep: async (id, one) => {
      if (jobs === null) throw new Error('the database is away');
      await jobs.send(MAIL_QUEUE, [{ id, data: one }]);
    },
    directMs: [10, 10, 10, 10, 10],
  });
  const raised = (code: AlarmCode) => alarms.raised({ at: NOW, code, detail: 'x', storeId: null });
  return { alarms, send, raised };
}

async function startedJobs(): Promise<Jobs> {
  const jobs = new Jobs({ url: database.url, ready: async () => undefined, log });
  ends.push(() => jobs.stop());
  jobs.start();
  await new Promise<void>((resolve) => jobs.onStarted(resolve));
  return jobs;
}

test('a mail waits among the jobs while the mail server is away, and arrives once when it is back', async () => {
  const first = await mailServer();
  await first.close();
  const jobs = await startedJobs();
  await jobs.queue({ name: MAIL_QUEUE, ...MAIL_TRIES, retrySeconds: 1 });
  const { alarms, send, raised } = mails(first.settings, jobs);
  const tries = new Seen<'failed' | 'sent'>();
  jobs.work<Mail>(MAIL_QUEUE, { everyMs: 20 }, async ({ id, data }) => {
    const sent = await send(id, data).catch(() => null);
    tries.add(sent === null ? 'failed' : 'sent');
    if (sent === null) throw new Error('away');
  });
  raised('READ_ONLY');
  await alarms.stop();
  expect(await nextOf(tries)).toBe('failed');
  const second = await mailServer({}, first.settings.port);
  const { source } = await nextOf(second.arrived);
  expect(bodyOf(source)).toContain('READ_ONLY');
}, 30_000);

test('with the database away it goes straight to the mail server, again and again until that is there', async () => {
  let refusals = 2;
  const { arrived, settings } = await mailServer({
    onMailFrom: (_address, _session, done) =>
      refusals-- > 0 ? done(new Error('451 later')) : done(),
  });
  const { alarms, raised } = mails(settings, null);
  raised('READ_ONLY');
  expect(bodyOf((await nextOf(arrived)).source)).toContain('READ_ONLY');
  await alarms.stop();
});

test('what was held back goes out when the app ends, in one mail; no password is logged', async () => {
  const { arrived, settings } = await mailServer();
  const { alarms, raised } = mails(settings, null);
  raised('MEDIA_FULL');
  await nextOf(arrived);
  for (let n = 0; n < 50; n += 1) raised('MEDIA_FULL');
  await alarms.stop();
  const { source } = await nextOf(arrived);
  expect(bodyOf(source).match(/MEDIA_FULL/g)).toHaveLength(50);
  expect(lines.join('')).not.toContain(PASSWORD);
});
