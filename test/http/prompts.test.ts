import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '../../src/domain/errors';
import { builtInFolder } from '../../src/prompts/files';
import { linearWav } from '../../src/prompts/linear-wav';
import { PromptFiles } from '../../src/prompts/prompt-files';
import { startHttp, type TestHttp, type TestOptions } from '../support/http';
import { needs } from '../support/needs';
import { readWav } from '../support/tone';

interface Item {
  language: string | null;
  key: string;
  whose: string;
  sha256: string | null;
}

let http: TestHttp;
let reloads = 0;
const reload = async () => {
  reloads += 1;
  return { own: 3, unusable: [] };
};
function start(deps: TestOptions['deps'] = {}): void {
  reloads = 0;
  http = startHttp({ deps: { prompts: { reload }, ...deps } });
}
afterEach(() => http.close());

const HELLO = { url: '/api/prompts/en/goodbye' };
const builtIn = (name: string) => readFileSync(join(builtInFolder(), `${name}.wav`));
const own = (name: string) => join(http.promptsDir, `${name}.wav`);
const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const put = (sound: Buffer, url = HELLO.url, headers = {}) =>
  http.ask('zhao', 'PUT', url, sound, headers);
const codeOf = (response: { json: () => unknown }) => (response.json() as { code: string }).code;
const itemOf = async (key: string, language: string | null = 'en') => {
  const response = await http.ask('zhao', 'GET', '/api/prompts?limit=200');
  const rest = response.json<{ next: string }>().next;
  const second = await http.ask('zhao', 'GET', `/api/prompts?limit=200&after=${rest}`);
  return [response, second]
    .flatMap((page) => page.json<{ items: Item[] }>().items)
    .find((item) => item.key === key && item.language === language);
};

test('what came of reading the prompts again is told, and who asked is noted', async () => {
  const reloaded = { own: 3, unusable: [{ file: '/x/en/hold.wav', reason: 'not a WAV file' }] };
  start({ prompts: { reload: async () => reloaded } });
  const response = await http.ask('zhao', 'POST', '/api/prompts/reload');
  expect([response.statusCode, response.json()]).toEqual([200, reloaded]);
  expect(http.audited).toEqual([{ who: 'zhao', what: 'prompts.reloaded', subject: 'edge' }]);
});

test('an edge that is away is told as such; that it was asked is noted first', async () => {
  start({ prompts: { reload: async () => Promise.reject(new CodedError('EDGE_AWAY')) } });
  const response = await http.ask('zhao', 'POST', '/api/prompts/reload');
  expect([response.statusCode, codeOf(response)]).toEqual([503, 'EDGE_AWAY']);
  expect(http.audited).toEqual([{ who: 'zhao', what: 'prompts.reloaded', subject: 'edge' }]);
});

test('all that is heard is listed, page by page, or in one language', async () => {
  start();
  const goodbye = builtIn('en/goodbye');
  const { duration } = readWav(goodbye);
  expect(await itemOf('goodbye')).toEqual({
    ...{ language: 'en', key: 'goodbye', whose: 'built-in', sha256: hashOf(goodbye) },
    ...{ text: 'Thank you for calling. Goodbye.', lengthMs: Math.round(duration * 1000) },
    ...{ changedAt: null, changedBy: null },
  });
  expect(await itemOf('music', null)).toMatchObject({ whose: 'built-in', text: null });
  const english = await http.ask('zhao', 'GET', '/api/prompts?language=en&limit=200');
  const { items } = english.json<{ items: Item[] }>();
  expect(items).toHaveLength(readdirSync(join(builtInFolder(), 'en')).length);
});

test('what the plan needs and no folder has is listed as nobody’s, and has no sound', async () => {
  start({ promptFiles: new PromptFiles('/nowhere', '/nowhere/prompts') });
  expect(await itemOf('greeting', 'zh-CN')).toMatchObject({ whose: 'nobody', sha256: null });
  expect((await http.ask('zhao', 'GET', '/api/prompts/zh-CN/greeting')).statusCode).toBe(404);
});

test('the store’s own takes the place of the built-in one, until it is taken away', async () => {
  start();
  const answer = await put(builtIn('en/greeting'));
  const file = readFileSync(own('en/goodbye'));
  const sha256 = hashOf(file);
  const prompt = {
    ...{ language: 'en', key: 'goodbye', whose: 'own', sha256, changedBy: 'zhao' },
    ...{ text: 'Thank you for calling. Goodbye.', changedAt: expect.any(Number) as number },
    lengthMs: expect.any(Number) as number,
  };
  expect([answer.statusCode, answer.json()]).toEqual([200, { prompt, heard: 'now' }]);
  expect(await itemOf('goodbye')).toEqual(prompt);
  const { format, sampleRate, channels, duration } = readWav(file);
  expect([format, sampleRate, channels.length]).toEqual(['linear', 16_000, 1]);
  expect(duration).toBeCloseTo(readWav(builtIn('en/greeting')).duration, 1);
  const sound = await http.ask('zhao', 'GET', HELLO.url);
  expect(sound.headers).toMatchObject({ 'content-type': 'audio/wav', etag: `"${sha256}"` });
  expect(sound.rawPayload.equals(file)).toBe(true);

  const reset = await http.ask('zhao', 'DELETE', HELLO.url);
  expect(reset.json()).toMatchObject({ prompt: { whose: 'built-in', changedBy: null } });
  expect(readdirSync(join(http.promptsDir, 'en'))).toEqual([]);
  expect((await http.ask('zhao', 'GET', HELLO.url)).rawPayload.equals(builtIn('en/goodbye'))).toBe(
    true,
  );
  const subject = `en/goodbye ${sha256}`;
  expect(http.audited).toEqual([
    { who: 'zhao', what: 'prompt.replaced', subject },
    { who: 'zhao', what: 'prompt.reset', subject },
  ]);
  expect(reloads).toBe(2);
  expect((await http.ask('zhao', 'DELETE', HELLO.url)).statusCode).toBe(404);
});

test('one that came by other means is nobody’s doing', async () => {
  start();
  await put(builtIn('en/beep'));
  writeFileSync(own('en/goodbye'), builtIn('en/greeting'));
  expect(await itemOf('goodbye')).toMatchObject({ whose: 'own', changedBy: null });
});

test('music is softer than a voice, and may be the only one that is', async () => {
  start();
  expect((await put(builtIn('en/greeting'), '/api/prompts/music')).statusCode).toBe(200);
  const [samples = new Int16Array(0)] = readWav(readFileSync(own('music'))).channels;
  expect(Math.max(...samples)).toBeLessThan(10_500);
  const given = await http.ask('zhao', 'GET', '/api/prompts/music');
  expect(given.rawPayload.equals(readFileSync(own('music')))).toBe(true);
  expect((await http.ask('zhao', 'DELETE', '/api/prompts/music')).json()).toMatchObject({
    prompt: { language: null, key: 'music', whose: 'built-in' },
  });
});

const seconds = (length: number, level = 3000) =>
  linearWav(
    Int16Array.from({ length: length * 8000 }, (_, n) => level * Math.sin(n)),
    8000,
  );

test.each<[string, () => Buffer, string, RegExp, RegExp]>([
  ['text', () => Buffer.from('hello'), 'SOUND_UNREADABLE', /声音文件/, /no sound file/],
  [
    'a list of other files',
    () => Buffer.from('#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n'),
    ...(['SOUND_UNREADABLE', /声音文件/, /no sound file/] as const),
  ],
  [
    'the beginning of a WAV file',
    () => builtIn('en/beep').subarray(0, 20),
    ...(['SOUND_UNREADABLE', /声音文件/, /no sound file/] as const),
  ],
  ['silence', () => seconds(1, 0), 'SOUND_SILENT', /没有声音/, /no sound in/],
  ['a blink', () => seconds(0.05), 'SOUND_LENGTH', /0.1 到 120 秒/, /0.1 to 120 s/],
  ['a speech', () => seconds(121), 'SOUND_LENGTH', /0.1 到 120 秒/, /0.1 to 120 s/],
])('%s is refused in both languages, and nothing is done', async (_what, sound, code, zh, en) => {
  start();
  for (const [language, words] of [
    ['zh', zh],
    ['en', en],
  ] as const) {
    const refused = await put(sound(), HELLO.url, { 'accept-language': language });
    expect([refused.statusCode, refused.json()]).toEqual([
      422,
      expect.objectContaining({ code, message: expect.stringMatching(words) as string }),
    ]);
    expect(refused.body).not.toContain('openline-prompt-');
  }
  expect([existsSync(http.promptsDir), http.audited, reloads]).toEqual([false, [], 0]);
});

test('what is no body of sound is refused as such', async () => {
  start();
  const json = await http.ask('zhao', 'PUT', HELLO.url, { sound: 'RIFF' });
  expect([json.statusCode, codeOf(json)]).toEqual([415, 'UNSUPPORTED_TYPE']);
  const nothing = await put(Buffer.alloc(0));
  expect([nothing.statusCode, codeOf(nothing)]).toEqual([400, 'INVALID_REQUEST']);
  const large = await put(Buffer.alloc(25_165_825));
  expect([large.statusCode, codeOf(large)]).toEqual([413, 'TOO_LARGE']);
  for (const name of ['en/Greeting', 'english%20/x', '..%2fen/x'])
    expect((await put(builtIn('en/beep'), `/api/prompts/${name}`)).statusCode).toBe(400);
  // Elsewhere sound is still nothing.
  const call = await http.ask('zhao', 'POST', '/api/calls', builtIn('en/beep').subarray(0, 99));
  expect(codeOf(call)).toBe('UNSUPPORTED_TYPE');
});

test('many are heard as one: not before they are read again', async () => {
  start();
  const later = await put(builtIn('en/beep'), `${HELLO.url}?reload=false`);
  expect(later.json()).toMatchObject({ prompt: { whose: 'own' }, heard: 'later' });
  expect(reloads).toBe(0);
});

test('an edge that is away hears it when it is there again', async () => {
  start({ prompts: { reload: async () => Promise.reject(new CodedError('EDGE_AWAY')) } });
  const answer = await put(builtIn('en/beep'));
  expect([answer.statusCode, answer.json()]).toMatchObject([200, { heard: 'later' }]);
  expect(existsSync(own('en/goodbye'))).toBe(true);
});

test('what cannot be noted is not done', async () => {
  start({ audit: async () => Promise.reject(new Error('the disk is full')) });
  expect((await put(builtIn('en/beep'))).statusCode).toBe(500);
  mkdirSync(join(http.promptsDir, 'en'), { recursive: true });
  writeFileSync(own('en/goodbye'), builtIn('en/beep'));
  expect((await http.ask('zhao', 'DELETE', HELLO.url)).statusCode).toBe(500);
  expect(readFileSync(own('en/goodbye')).equals(builtIn('en/beep'))).toBe(true);
});

test('a key stands for the sound that was sent with it', async () => {
  start();
  const key = { 'idempotency-key': 'k-1' };
  const first = await put(builtIn('en/beep'), HELLO.url, key);
  const again = await put(builtIn('en/beep'), HELLO.url, key);
  expect([again.body, again.headers['idempotent-replayed']]).toEqual([first.body, 'true']);
  expect(http.audited).toHaveLength(1);
  expect(codeOf(await put(builtIn('en/greeting'), HELLO.url, key))).toBe('IDEMPOTENCY_KEY_REUSED');
});

needs('ffmpeg')('of files as people make them', () => {
  const made = (...options: string[]): Buffer => {
    const tone = 'sine=frequency=1000:duration=1:sample_rate=44100';
    const args = ['-v', 'error', '-f', 'lavfi', '-i', tone, '-ac', '2', ...options, '-'];
    return spawnSync('ffmpeg', args, { maxBuffer: 1e7 }).stdout;
  };

  test.each([
    ['an MP3', ['-f', 'mp3']],
    ['an MP3 without a tag', ['-id3v2_version', '0', '-write_xing', '0', '-f', 'mp3']],
    ['an Ogg with Opus', ['-ar', '48000', '-c:a', 'libopus', '-f', 'ogg']],
    ['an Ogg with Vorbis', ['-c:a', 'libvorbis', '-f', 'ogg']],
    ['a WAV of 24 bit', ['-c:a', 'pcm_s24le', '-f', 'wav']],
  ])('%s is taken', async (_what, options) => {
    start();
    expect((await put(made(...options))).json()).toMatchObject({ heard: 'now' });
  });

  test('a WAV with a codec that nobody needs is not, though ffmpeg knows it', async () => {
    start();
    const refused = await put(made('-c:a', 'adpcm_ms', '-f', 'wav'));
    expect([refused.statusCode, codeOf(refused)]).toEqual([422, 'SOUND_UNREADABLE']);
  });
});
