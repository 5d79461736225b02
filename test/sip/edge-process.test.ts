import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { constants, getPriority } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { needs } from '../support/needs';
import { Seen, waitFor, within } from '../support/wait';
import { listeningApp, startApp, type App } from './support/app';
import { makeCertificate, type TestCertificate } from './support/certificate';
import { endEdges, folder, listening, portOf, run, type Run } from './support/edge-process';
import { Phone, SDP } from './support/phone';

/** The edge as a process of its own: what it says at start, and how it ends. */

const closing: (() => unknown)[] = [];

afterAll(() => {
  for (const close of closing) close();
  endEdges();
});

test('it prints one line with its real ports, goes on after SIGTERM, and hangs up at SIGINT', async () => {
  const edge = run({});
  const line = await listening(edge);
  expect(line).toEqual({
    event: 'edge-listening',
    sip: [expect.stringMatching(/^udp:\/\/127.0.0.1:\d+$/), expect.stringMatching(/^tcp:/)],
    drachtio: expect.stringMatching(/^127.0.0.1:\d+$/),
    control: expect.stringMatching(/^127.0.0.1:\d+$/),
    maxStreams: expect.any(Number),
    pid: edge.child.pid,
  });
  const sipPort = portOf(line.sip[0] as string);
  const engine = { drachtio: { host: '127.0.0.1', port: portOf(line.drachtio as string) } };
  await startApp(engine, {
    routes: (a) => a.invite((req, res) => void a.createUAS(req, res, { localSdp: SDP })),
  });
  const phone = await Phone.udp();
  edge.child.kill('SIGTERM');
  await waitFor('the warning', () => edge.errors().includes('SIGTERM'));
  phone.ask(sipPort, { method: 'INVITE', body: SDP });
  const toTag = (await phone.response(200)).toTag as string;
  phone.ask(sipPort, { method: 'ACK', toTag });
  edge.child.kill('SIGINT');
  const bye = await phone.request('BYE');
  expect(bye.get('reason')).toContain('Server shutting down');
  phone.answer(bye, 200);
  expect(await within('the exit', edge.exit, 5000)).toEqual([0, null]);
  expect(edge.lines.length).toBe(1);
  phone.close();
});

test('it goes before other processes, as far as its user may', async () => {
  const edge = run({});
  await listening(edge);
  // Anybody else may only lower it.
  const mayRaise = process.getuid?.() === 0;
  const expected = mayRaise ? constants.priority.PRIORITY_HIGH : getPriority(process.pid);
  expect(getPriority(edge.child.pid)).toBe(expected);
  expect(sessionPriority(edge)).toBe(sessionPriority());
  edge.child.kill('SIGINT');
  expect(await within('the exit', edge.exit, 5000)).toEqual([0, null]);
});

test('where it is a session of its own, as the launcher starts it, so does its session', async () => {
  const edge = run({}, { detached: true });
  await listening(edge);
  const mayRaise = process.getuid?.() === 0;
  // Not every kernel shares by session.
  const isShared = existsSync('/proc/self/autogroup');
  const { PRIORITY_HIGH, PRIORITY_NORMAL } = constants.priority;
  const raised = mayRaise ? PRIORITY_HIGH : PRIORITY_NORMAL;
  expect(sessionPriority(edge)).toBe(isShared ? String(raised) : null);
  edge.child.kill('SIGINT');
  expect(await within('the exit', edge.exit, 5000)).toEqual([0, null]);
});

/** Of its session, or of this one; null: there is none. */
function sessionPriority(edge?: Run): string | null {
  const file = `/proc/${edge?.child.pid ?? 'self'}/autogroup`;
  return existsSync(file) ? (/nice (-?\d+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? '') : null;
}

test('SIP_CDRS=on gives an app that asks for them call detail records', async () => {
  const edge = run({ SIP_CDRS: 'on' });
  const line = await listening(edge);
  const engine = { drachtio: { host: '127.0.0.1', port: portOf(line.drachtio as string) } };
  const attempts = new Seen<string>();
  await startApp(engine, {
    routes: (a) => a.on('cdr:attempt', (source: string) => attempts.add(source)),
  });
  const phone = await Phone.udp();
  phone.ask(portOf(line.sip[0] as string), { method: 'INVITE', body: SDP });
  expect(await attempts.next('the record', () => true)).toBe('network');
  edge.child.kill('SIGINT');
  expect(await within('the exit', edge.exit, 5000)).toEqual([0, null]);
  phone.close();
});

test('a media-only edge has no signalling', async () => {
  const edge = run({ SIP_LISTEN: 'off', DRACHTIO_SECRET: '' });
  expect(await listening(edge)).toMatchObject({ sip: [], drachtio: null });
  // Nobody said how many streams it may take.
  expect(edge.errors()).toMatch(/"maxStreams":\d{2,},"cores":\d+,"forwardMicros":[\d.]+/);
  edge.child.kill('SIGINT');
  expect(await within('the exit', edge.exit, 5000)).toEqual([0, null]);
});

test('a taken port ends it with one message that names it', async () => {
  const other = createSocket('udp4');
  other.bind(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address();
  const edge = run({ SIP_LISTEN: `udp://127.0.0.1:${port}`, LOG_LEVEL: 'silent' });
  expect(await within('the exit', edge.exit, 15_000)).toEqual([1, null]);
  expect(edge.errors().trim().split('\n')).toHaveLength(1);
  expect(edge.errors()).toContain(`udp://127.0.0.1:${port}: bind EADDRINUSE`);
  other.close();
});

test('wrong settings are all reported', async () => {
  const edge = run({ MEDIA_SECRET: '', LOG_LEVEL: 'loud' });
  expect(await within('the exit', edge.exit, 15_000)).toEqual([1, null]);
  expect(edge.errors()).toContain('MEDIA_SECRET');
  expect(edge.errors()).toContain('LOG_LEVEL');
  expect(edge.lines.length).toBe(0);
});

needs('openssl')('with a certificate', () => {
  test('SIGHUP reads the certificate again; one that is wrong changes nothing', async () => {
    const [before, after] = [makeCertificate('before.test'), makeCertificate('after.test')];
    const files = { SIP_TLS_CERT: before.cert, SIP_TLS_KEY: before.key };
    const edge = run({ SIP_LISTEN: 'tls://127.0.0.1:0', ...files });
    const port = portOf((await listening(edge)).sip[0] as string);
    const served = async () => {
      const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
      await once(socket, 'secureConnect');
      const { CN } = socket.getPeerCertificate().subject;
      socket.destroy();
      return CN;
    };
    expect(await served()).toBe('before.test');
    copyFileSync(after.cert, before.cert);
    edge.child.kill('SIGHUP');
    await waitFor('the complaint', () => edge.errors().includes('stays in use'));
    expect(await served()).toBe('before.test');
    copyFileSync(after.key, before.key);
    edge.child.kill('SIGHUP');
    await waitFor('the new certificate', async () => (await served()) === 'after.test');
    edge.child.kill('SIGINT');
    expect(await within('the exit', edge.exit, 5000)).toEqual([0, null]);
    before.remove();
    after.remove();
  });

  test('apps connect by TLS only and listen by TLS; SIGHUP renews both', async () => {
    const [before, after] = [makeCertificate(), makeCertificate()];
    const authority = join(folder, 'authority.pem');
    copyFileSync(before.cert, authority);
    const listens = async (made: TestCertificate) => {
      const tls = { cert: readFileSync(made.cert), key: readFileSync(made.key) };
      return listeningApp({ tls, routes: (a) => a.message((_req, res) => res.send(202)) });
    };
    const [old, renewed] = [await listens(before), await listens(after)];
    closing.push(old.close, renewed.close);
    const web = createServer((req, res) => {
      const { port } = req.url?.includes('toUser=old') ? old : renewed;
      const uri = `127.0.0.1:${port};transport=tls`;
      res.end(JSON.stringify({ action: 'route', data: { uri } }));
    });
    web.listen(0, '127.0.0.1');
    await once(web, 'listening');
    closing.push(() => web.close());
    const edge = run({
      DRACHTIO_LISTEN: 'off',
      DRACHTIO_TLS_LISTEN: '127.0.0.1:0',
      DRACHTIO_TLS_CERT: before.cert,
      DRACHTIO_TLS_KEY: before.key,
      DRACHTIO_OUTBOUND: `message=http://127.0.0.1:${(web.address() as AddressInfo).port}/`,
      SIP_TLS_CA: authority,
    });
    const line = await listening(edge);
    expect(line.drachtio).toBeNull();
    const engine = { drachtio: { host: '127.0.0.1', port: portOf(line.drachtioTls as string) } };
    const routes = (a: App) => a.options((_req, res) => res.send(200));
    await startApp(engine, { tls: { ca: readFileSync(authority) }, routes });
    const phone = await Phone.udp();
    closing.push(phone.close);
    let cseq = 0;
    const ask = async (method: string, to: string, status: number) => {
      const from = phone.got.length;
      phone.ask(portOf(line.sip[0] as string), { method, to: `<sip:${to}@a>`, cseq: ++cseq });
      await phone.response(status, method, from);
    };
    await ask('OPTIONS', 'any', 200);
    await ask('MESSAGE', 'old', 202);
    await ask('MESSAGE', 'renewed', 480);
    copyFileSync(after.cert, authority);
    copyFileSync(after.cert, before.cert);
    copyFileSync(after.key, before.key);
    edge.child.kill('SIGHUP');
    await waitFor('the new certificate', () => edge.errors().includes('certificate that was read'));
    await ask('OPTIONS', 'any', 200);
    await ask('MESSAGE', 'old', 480);
    await ask('MESSAGE', 'renewed', 202);
    const tls = { ca: readFileSync(after.cert) };
    const app = await startApp(engine, { tls });
    app.disconnect();
    edge.child.kill('SIGINT');
    expect(await within('the exit', edge.exit, 5000)).toEqual([0, null]);
    for (const made of [before, after]) made.remove();
  });
});
