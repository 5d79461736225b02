import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startHttp, tokenOf } from '../support/http';
import { call, recording } from '../support/two-stores';
import type { TestHttp } from '../support/http';

const SOUND = randomBytes(200_000);
const ETAG = `"${'ab'.repeat(32)}"`;

let http: TestHttp;
beforeAll(() => {
  http = startHttp();
  http.rows.calls = [call('call-1'), call('call-2', { storeId: 'sh01' })];
  http.rows.recordings = [
    recording('rec-1'),
    recording('rec-2', { callId: 'call-2', storeId: 'sh01' }),
    recording('gone'),
    recording('failed', { state: 'failed', path: null, sha256: null, failure: 'disk full' }),
    recording('second', { folder: 2 }),
    recording('outside', { path: '../../../etc/passwd' }),
  ];
  writeFileSync(join(http.recordingsDir, 'rec-1.wav'), SOUND);
  writeFileSync(join(http.recordingsDir, 'rec-2.wav'), SOUND);
  writeFileSync(join(http.recordingsDir, 'second.wav'), 'RIFF of another');
  writeFileSync(join(http.recordingsDir2, 'second.wav'), SOUND);
});
afterEach(() => http.forget());
afterAll(() => http.close());

const listen = (headers: Record<string, string> = {}, id = 'rec-1') =>
  http.app.inject({
    url: `/api/recordings/${id}/audio`,
    headers: { authorization: `Bearer ${tokenOf('qian')}`, ...headers },
  });

describe('a recording', () => {
  test('is listed with its call', async () => {
    const response = await http.ask('chen', 'GET', '/api/recordings?callId=call-1');
    const ids = response.json<{ items: { id: string }[] }>().items.map(({ id }) => id);
    expect(ids).toEqual(['rec-1', 'gone', 'failed', 'second', 'outside']);
  });

  test('whose file is still on its way says so, and can be heard later', async () => {
    http.rows.arriving.add('gone');
    const list = await http.ask('chen', 'GET', '/api/recordings?callId=call-1');
    const { items } = list.json<{ items: { id: string; arriving: boolean }[] }>();
    expect(items.filter(({ arriving }) => arriving).map(({ id }) => id)).toEqual(['gone']);
    const detail = await http.ask('chen', 'GET', '/api/calls/call-1');
    const { recordings } = detail.json<{ recordings: { id: string; arriving: boolean }[] }>();
    expect(recordings.filter(({ arriving }) => arriving).map(({ id }) => id)).toEqual(['gone']);
    const audio = await listen({}, 'gone');
    expect([audio.statusCode, audio.json<{ code: string }>().code]).toEqual([
      503,
      'AUDIO_ARRIVING',
    ]);
    http.rows.arriving.clear();
  });

  test('is not listed without its call, or with that of another store', async () => {
    expect((await http.ask('chen', 'GET', '/api/recordings')).statusCode).toBe(400);
    expect((await http.ask('chen', 'GET', '/api/recordings?callId=call-2')).statusCode).toBe(404);
  });

  test('A16: is heard whole, and who heard which call is noted', async () => {
    const response = await listen();
    expect(response.statusCode).toBe(200);
    expect(response.headers).toMatchObject({
      'content-type': 'audio/wav',
      'content-length': '200000',
      'accept-ranges': 'bytes',
      'cache-control': 'no-store',
      etag: ETAG,
    });
    expect(response.rawPayload.equals(SOUND)).toBe(true);
    expect(http.audited).toEqual([
      { who: 'qian', what: 'recording.heard', subject: 'rec-1 of call-1' },
    ]);
  });

  test('is heard from the folder that took over', async () => {
    expect((await listen({}, 'second')).rawPayload.equals(SOUND)).toBe(true);
    const alone = startHttp({ deps: { recordingsDir2: null } });
    alone.rows.recordings = [recording('second', { folder: 2 })];
    writeFileSync(join(alone.recordingsDir, 'second.wav'), SOUND);
    const response = await alone.ask('qian', 'GET', '/api/recordings/second/audio');
    expect(response.json<{ code: string }>().code).toBe('NO_AUDIO');
    await alone.close();
  });

  test.each([
    ['bytes=10-19', 'bytes 10-19/200000', SOUND.subarray(10, 20)],
    ['bytes=199990-', 'bytes 199990-199999/200000', SOUND.subarray(199_990)],
    ['bytes=-5', 'bytes 199995-199999/200000', SOUND.subarray(199_995)],
  ])('is heard in part: %s, and that is noted too', async (range, contentRange, bytes) => {
    const response = await listen({ range });
    expect(response.statusCode).toBe(206);
    expect(response.headers['content-range']).toBe(contentRange);
    expect(response.rawPayload.equals(bytes)).toBe(true);
    expect(http.audited).toHaveLength(1);
  });

  test.each([
    ['the same version', ETAG, 206],
    ['another version', '"other"', 200],
  ])('continues only when it is %s', async (_what, ifRange, status) => {
    expect((await listen({ range: 'bytes=10-19', 'if-range': ifRange })).statusCode).toBe(status);
  });

  test('has no bytes beyond its end', async () => {
    const response = await listen({ range: 'bytes=200000-' });
    expect(response.statusCode).toBe(416);
    expect(response.headers['content-range']).toBe('bytes */200000');
    expect(http.audited).toEqual([]);
  });

  test.each([
    ['whose file is gone', 'gone', 'NO_AUDIO'],
    ['that failed', 'failed', 'NO_AUDIO'],
    ['whose path leads out of the folder', 'outside', 'NO_AUDIO'],
    ['of another store', 'rec-2', 'NOT_FOUND'],
    ['that never was', 'none', 'NOT_FOUND'],
    ['with a path for an id', encodeURIComponent('../rec-1'), 'NOT_FOUND'],
  ])('%s is not heard', async (_what, id, code) => {
    const response = await listen({}, id);
    expect(response.statusCode).toBe(404);
    expect(response.json()).toMatchObject({ code });
    expect(http.audited).toEqual([]);
  });
});

describe('a listening that cannot be noted', () => {
  let broken: TestHttp;
  afterEach(() => broken.close());

  test('does not take place', async () => {
    const audit = (): Promise<void> => Promise.reject(new Error('journal is full'));
    broken = startHttp({ deps: { audit } });
    broken.rows.recordings = [recording('rec-1')];
    writeFileSync(join(broken.recordingsDir, 'rec-1.wav'), SOUND);
    const response = await broken.ask('chen', 'GET', '/api/recordings/rec-1/audio');
    expect(response.statusCode).toBe(500);
    expect(response.json()).toMatchObject({ code: 'INTERNAL' });
  });
});
