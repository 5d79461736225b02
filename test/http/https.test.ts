import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get, request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import pino from 'pino';
import WebSocket from 'ws';
import type { HttpAddress } from '../../src/config';
import { DOOR_LIMITS, type DoorLimits } from '../../src/http/door';
import { listenOn, type Listening } from '../../src/http/listen';
import { KeptCertificate } from '../../src/http/tls/kept-certificate';
import { ownCertificate } from '../../src/http/tls/own-certificate';
import { cookieOf, startHttp, tokenOf, type TestHttp } from '../support/http';
import { waitFor } from '../support/wait';

const NAMES = { hostname: 'pbx', addresses: ['127.0.0.1'] };
const LOOPBACK: HttpAddress = { host: '127.0.0.1', port: 0 };
const SECURE: HttpAddress = { ...LOOPBACK, secure: true };

let folder: string;
let http: TestHttp;
let listening: Listening;
let certificate: KeptCertificate;
let bad: string[];

beforeAll(() => {
  http = startHttp();
});
afterAll(() => http.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'openline-https-'));
  bad = [];
});
afterEach(async () => {
  certificate.close();
  await listening.close();
  rmSync(folder, { recursive: true });
});

/** Two PEM files as somebody would give them to us. */
async function given(name: string): Promise<{ cert: string; key: string }> {
  await ownCertificate(join(folder, name), NAMES, Date.now());
  return { cert: join(folder, name, 'certificate.pem'), key: join(folder, name, 'key.pem') };
}

async function open(options: {
  files?: { cert: string; key: string };
  places?: HttpAddress[];
  limits?: Partial<DoorLimits>;
}): Promise<void> {
  const { files = null, places = [SECURE], limits = {} } = options;
  certificate = await KeptCertificate.open({
    ...{ files, folder: join(folder, 'tls'), now: Date.now, names: () => NAMES, lookMs: 15 },
    ...{ onBad: (detail: string) => void bad.push(detail), log: pino({ level: 'silent' }) },
  });
  listening = await listenOn(http.app, places, {
    ...{ certificate, limits: { ...DOOR_LIMITS, ...limits } },
  });
}

const portOf = (scheme: 'http' | 'https') =>
  Number(listening.addresses.find((one) => one.startsWith(`${scheme}:`))?.split(':')[2]);

async function ask(path = '/health', ca = certificate.current.cert): Promise<IncomingMessage> {
  const asked = get({ host: '127.0.0.1', port: portOf('https'), path, ca, agent: false });
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.resume();
  return answer;
}

const shown = async (): Promise<string> => {
  const port = portOf('https');
  const socket: TLSSocket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
};

describe('an https address', () => {
  test('is served by our own certificate where nobody gave one, and told with its port', async () => {
    await open({ places: [LOOPBACK, SECURE] });
    expect(listening.addresses).toEqual([
      expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/),
    ]);
    expect((await ask()).statusCode).toBe(200);
  });

  test('takes TLS 1.2 and nothing older', async () => {
    await open({});
    const port = portOf('https');
    const by = async (version: 'TLSv1.1' | 'TLSv1.2') => {
      const socket = connect({
        ...{ host: '127.0.0.1', port, rejectUnauthorized: false },
        ...{ minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' },
      });
      const [error] = await Promise.race([
        once(socket, 'secureConnect').then(() => [null]),
        new Promise<[Error]>((resolve) => socket.once('error', (err) => resolve([err]))),
      ]);
      socket.destroy();
      return error === null;
    };
    expect([await by('TLSv1.1'), await by('TLSv1.2')]).toEqual([false, true]);
  });

  test('marks the cookie so that it is never sent in the clear', async () => {
    await open({ places: [LOOPBACK, SECURE] });
    const signIn = async (url: string) => {
      const body = JSON.stringify({ user: 'wang', password: 'change-me' });
      const headers = { 'content-type': 'application/json' };
      const asked = url.startsWith('https')
        ? request(url, { method: 'POST', headers, ca: certificate.current.cert })
        : null;
      if (asked === null) return (await fetch(url, { method: 'POST', headers, body })).headers;
      asked.end(body);
      const [{ headers: said }] = (await once(asked, 'response')) as [IncomingMessage];
      return new Headers({ 'set-cookie': String(said['set-cookie']) });
    };
    const [plain, secure] = await Promise.all(
      listening.addresses.map((address) => signIn(`${address}/api/session`)),
    );
    expect(plain?.get('set-cookie')).not.toContain('Secure');
    expect(secure?.get('set-cookie')).toContain('Secure');
  });

  test('carries push', async () => {
    await open({});
    const socket = new WebSocket(`wss://127.0.0.1:${portOf('https')}/api/push`, {
      ca: certificate.current.cert,
      headers: {
        cookie: cookieOf(tokenOf('wang')),
        origin: `https://127.0.0.1:${portOf('https')}`,
      },
    });
    const [data] = (await once(socket, 'message')) as [Buffer];
    expect(JSON.parse(String(data))).toMatchObject({ type: 'snapshot' });
    socket.terminate();
  });

  test.each([
    ['ours', false, [SECURE], undefined],
    ['a given one', true, [SECURE], 'max-age=31536000'],
    ['a given one, and loopback in the clear', true, [SECURE, LOOPBACK], 'max-age=31536000'],
    [
      'a given one, and others in the clear',
      true,
      [SECURE, { host: '0.0.0.0', port: 0 }],
      undefined,
    ],
  ])('is told to be the only way with %s', async (_what, isGiven, places, expected) => {
    await open({ places, ...(isGiven && { files: await given('one') }) });
    expect((await ask()).headers['strict-transport-security']).toBe(expected);
    expect((await ask('/nothing')).headers['strict-transport-security']).toBe(expected);
  });
});

describe('certificate files', () => {
  test('that were renewed are taken without a restart; connections go on', async () => {
    const [files, renewed] = [await given('one'), await given('two')];
    await open({ files });
    const standing = connect({
      host: '127.0.0.1',
      port: portOf('https'),
      rejectUnauthorized: false,
    });
    await once(standing, 'secureConnect');
    const before = await shown();
    for (const file of ['cert', 'key'] as const) {
      writeFileSync(files[file], readFileSync(renewed[file]));
    }
    await waitFor('the new certificate', async () => (await shown()) !== before);
    standing.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(String((await once(standing, 'data'))[0])).toContain('200 OK');
    standing.destroy();
    expect(bad).toEqual([]);
  });

  test('that are wrong change nothing, and are told once', async () => {
    const [files, other] = [await given('one'), await given('two')];
    await open({ files });
    const before = await shown();
    writeFileSync(files.key, readFileSync(other.key));
    await waitFor('the alarm', () => bad.length > 0);
    expect(bad[0]).toContain('are no certificate with its key');
    for (let look = 0; look < 3; look++) await certificate.look();
    expect([bad.length, await shown()]).toEqual([1, before]);
    writeFileSync(files.cert, readFileSync(other.cert));
    await waitFor('the next one', async () => (await shown()) !== before);
  });

  test('that are wrong at the start keep nobody from being served', async () => {
    await open({ files: { cert: join(folder, 'none'), key: join(folder, 'none') } });
    expect((await ask()).statusCode).toBe(200);
    expect([bad.length, certificate.isGiven]).toEqual([1, false]);
  });
});

describe('every door', () => {
  const quick = { headersWithinMs: 60, requestWithinMs: 120 };
  const isSecure = (scheme: string) => scheme === 'https';
  const dial = async (scheme: 'http' | 'https') => {
    const place = { host: '127.0.0.1', port: portOf(scheme) };
    const socket = isSecure(scheme)
      ? connect({ ...place, rejectUnauthorized: false })
      : connectPlain(place);
    socket.on('error', () => undefined);
    await once(socket, isSecure(scheme) ? 'secureConnect' : 'connect');
    return socket;
  };

  test.each([
    ['http', 'nothing', ''],
    ['https', 'nothing', ''],
    ['http', 'half of the headers', 'GET /health HTTP/1.1\r\nHost: x\r\n'],
    ['https', 'half of the headers', 'GET /health HTTP/1.1\r\nHost: x\r\n'],
    [
      ...(['http', 'half of a body'] as const),
      'POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{',
    ],
  ] as const)('%s: who says %s is cut off', async (scheme, _what, text) => {
    await open({ places: [LOOPBACK, SECURE], limits: quick });
    const socket = await dial(scheme);
    socket.resume().write(text);
    await once(socket, 'close');
  });

  test('who does not finish the TLS handshake is cut off', async () => {
    await open({ limits: quick });
    const socket = connectPlain({ host: '127.0.0.1', port: portOf('https') });
    socket.on('error', () => undefined);
    socket.resume();
    await once(socket, 'close');
  });

  test('headers that are too large are refused', async () => {
    await open({ places: [LOOPBACK] });
    const socket = await dial('http');
    socket.write(`GET /health HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(String((await once(socket, 'data'))[0])).toContain('431');
  });

  test('one too many is cut off, and there is room when another has gone', async () => {
    await open({ places: [LOOPBACK], limits: { inAll: 2 } });
    const first = await dial('http');
    await dial('http');
    const third = await dial('http');
    await once(third.resume(), 'close');
    first.destroy();
    await waitFor('room', async () => {
      const socket = await dial('http');
      socket.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
      const [said] = await Promise.race([once(socket, 'data'), once(socket, 'close')]);
      return String(said).includes('200 OK');
    });
  });

  test('a taken one closes those that were open', async () => {
    await open({ places: [LOOPBACK] });
    const taken = { host: '127.0.0.1', port: portOf('http') };
    await expect(listenOn(http.app, [LOOPBACK, taken])).rejects.toThrow('EADDRINUSE');
  });
});
