/** The files port of an edge, as an app on another host sees it. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { accessToken } from '../../sip/handover/access-token';
import { filesUrl } from '../../sip/handover/files-server';
import { SECRET, startMediaEdge, type MediaEdge } from '../support/media-edge';

const SOUND = randomBytes(200_000);
const SHA256 = createHash('sha256').update(SOUND).digest('hex');
const PATH = 'sh/2026/r 1.wav';
const BEARER = { authorization: `Bearer ${accessToken(SECRET)}` };

let edge: MediaEdge;

beforeAll(async () => {
  edge = await startMediaEdge({ fetched: {} });
  mkdirSync(join(edge.recordingsDir, 'sh/2026'), { recursive: true });
});
beforeEach(() => finish('r 1'));
afterAll(() => edge.close());

/** As the recorder leaves one. */
function finish(recording: string, { path = PATH, owner = 'sales' } = {}): void {
  const place = join(edge.recordingsDir, path);
  writeFileSync(place, SOUND);
  writeFileSync(`${place}.json`, '{"samples":7}');
  const file = { path, startedAt: 1, durationMs: 2, bytes: SOUND.length, sha256: SHA256 };
  edge.media.files.finished(owner, recording, {
    ...{ result: 'stored', ...file, gapsMs: {}, reconciles: true },
  });
  edge.media.files.told(recording);
}

function ask(path: string, headers: Record<string, string> = BEARER, method = 'GET') {
  const { host = '', port = 0 } = edge.files?.address ?? {};
  return fetch(`http://${host}:${port}${path}`, { headers, method });
}

test('gives the sound and its manifest to the app that it is owed to', async () => {
  const sound = await ask('/sales/r%201/sound');
  expect(sound.status).toBe(200);
  expect(Object.fromEntries(sound.headers)).toMatchObject({
    ...{ 'content-length': '200000', 'content-type': 'audio/wav', etag: `"${SHA256}"` },
    ...{ 'accept-ranges': 'bytes', 'cache-control': 'no-store' },
  });
  expect(Buffer.from(await sound.arrayBuffer()).equals(SOUND)).toBe(true);
  const manifest = await ask('/sales/r%201/manifest');
  expect(await manifest.json()).toEqual({ samples: 7 });
});

test('gives the rest of it', async () => {
  const rest = await ask('/sales/r%201/sound', { ...BEARER, range: 'bytes=150000-' });
  expect(rest.status).toBe(206);
  expect(rest.headers.get('content-range')).toBe('bytes 150000-199999/200000');
  expect(Buffer.from(await rest.arrayBuffer()).equals(SOUND.subarray(150_000))).toBe(true);
  const none = await ask('/sales/r%201/sound', { ...BEARER, range: 'bytes=200000-' });
  expect([none.status, none.headers.get('content-range')]).toEqual([416, 'bytes */200000']);
});

test.each([
  ['no token', {}],
  ['the secret itself', { authorization: `Bearer ${SECRET}` }],
  ['the token without its scheme', { authorization: accessToken(SECRET) }],
  ['the token of another secret', { authorization: `Bearer ${accessToken('guess')}` }],
])('refuses %s, whatever is asked for', async (_what, headers) => {
  for (const path of ['/sales/r%201/sound', '/none', '/']) {
    const refused = await ask(path, headers as Record<string, string>);
    expect([refused.status, await refused.text()]).toEqual([401, '']);
  }
});

test.each([
  ['another app', '/care/r%201/sound'],
  ['a recording that never was', '/sales/r2/sound'],
  ['a path', '/sales/sh%2F2026%2Fr%201.wav/sound'],
  ['a way out of the folder', '/sales/..%2F..%2Fetc%2Fpasswd/sound'],
  ['a way out of the URL', '/../../../etc/passwd'],
  ['what no URL has', '/sales/%E0%A4%A/sound'],
  ['a NUL', '/sales/r%201%00/sound'],
  ['a list', '/sales'],
  ['everything', '/'],
])('has nothing for %s', async (_what, path) => {
  const nothing = await ask(path);
  expect([nothing.status, await nothing.text()]).toEqual([404, '']);
});

test('only gives, to whom it is owed, and says when a file is gone', async () => {
  const put = await ask('/sales/r%201/sound', BEARER, 'DELETE');
  expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET']);
  expect(existsSync(join(edge.recordingsDir, PATH))).toBe(true);
  finish('r3', { path: 'sh/2026/none.wav' });
  await edge.media.files.fetched('care', 'r3');
  expect((await ask('/sales/r3/sound')).status).toBe(200);
  rmSync(join(edge.recordingsDir, 'sh/2026/none.wav.json'));
  expect((await ask('/sales/r3/manifest')).status).toBe(410);
  rmSync(join(edge.recordingsDir, 'sh/2026/none.wav'));
  expect((await ask('/sales/r3/sound')).status).toBe(410);
  await edge.media.files.fetched('sales', 'r3');
  expect((await ask('/sales/r3/sound')).status).toBe(404);
});

test.each([
  ['10.0.0.5', '10.0.0.9', 'http://10.0.0.5:9024/cell%3Aall'],
  ['0.0.0.0', '10.0.0.9', 'http://10.0.0.9:9024/cell%3Aall'],
  ['::', '::ffff:10.0.0.9', 'http://10.0.0.9:9024/cell%3Aall'],
  ['::', 'fd00::9', 'http://[fd00::9]:9024/cell%3Aall'],
])('listening on %s it is found by an app that has reached it at %s', (host, reached, url) => {
  expect(filesUrl({ host, port: 9024 }, 'cell:all', reached)).toBe(url);
});
