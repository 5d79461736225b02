import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { connectControl, type ControlClient } from '../../../sip/index';
import { prompts } from '../../../src/cli/prompts/prompts';
import { edgePrompts } from '../../../src/media/embedded/prompts';
import { PromptFiles } from '../../../src/prompts/prompt-files';
import { loadSecret } from '../../../src/secrets';
import { startHttp, type TestHttp } from '../../support/http';
import { SECRET, startMediaEdge, type MediaEdge } from '../../support/media-edge';
import { needs } from '../../support/needs';
import { loudness, readWav, toneShare } from '../../support/tone';
import { TonePhone } from '../../support/tone-phone';
import { waitFor } from '../../support/wait';

/** The command against a real HTTP edge and a real media edge, with real files. */
let folder: string;
let http: TestHttp;
let edge: MediaEdge;
let control: ControlClient;
let listen: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'openline-prompts-'));
  const adminToken = loadSecret(join(folder, 'data'), 'admin');
  edge = await startMediaEdge({ ownPromptsDir: own('') });
  const log = pino({ level: 'silent' });
  control = connectControl({ ...edge.server.address, secret: SECRET, app: 'app', log });
  await once(control, 'connected');
  const promptFiles = new PromptFiles(own(''));
  http = startHttp({ deps: { adminToken, prompts: edgePrompts(control), promptFiles } });
  listen = await http.listen();
});
afterEach(() => rmSync(own(''), { recursive: true, force: true }));
afterAll(async () => {
  await http.close();
  control.close();
  await edge.close();
  rmSync(folder, { recursive: true });
});

const own = (name: string): string => join(folder, 'data/prompts', name);

async function run(args: string, env: NodeJS.ProcessEnv = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await prompts({
    args: args.split(' '),
    env: { HTTP_LISTEN: listen, ...env },
    cwd: folder,
    terminal: { out: (line) => out.push(line), err: (line) => err.push(line) },
  });
  return { code, out, err };
}

/** A stereo sound file of 44.1 kHz, as studios deliver them; `volume` in dB of full scale. */
function sound(name: string, { hertz = 1000, seconds = 1, volume = -20 } = {}): void {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  const source = `sine=frequency=${hertz}:duration=${seconds}:sample_rate=44100`;
  const args = ['-v', 'error', '-y', '-f', 'lavfi', '-i', source, '-ac', '2'];
  // lavfi's sine is 18 dB below full scale.
  const { status } = spawnSync('ffmpeg', [
    ...args,
    '-af',
    `volume=${volume + 18}dB`,
    join(folder, name),
  ]);
  expect(status).toBe(0);
}

function samplesOf(name: string): Int16Array {
  const { format, sampleRate, channels } = readWav(readFileSync(own(`${name}.wav`)));
  expect([format, sampleRate, channels.length]).toEqual(['linear', 16_000, 1]);
  return channels[0] ?? new Int16Array(0);
}

async function heardAs(key: string): Promise<TonePhone> {
  const phone = await TonePhone.open({ tone: 400 });
  const place = { session: key, endpoint: 'caller' };
  const { answer } = await control.command('endpoint.answer', { ...place, offer: phone.sdp() });
  phone.talkTo(answer);
  await control.command('endpoint.play', {
    ...{ ...place, play: key, prompts: [key], language: 'en', then: 'silence' },
  });
  await waitFor('the prompt', () => phone.heard.length > 40);
  phone.close();
  await control.command('session.close', { session: key });
  return phone;
}

needs('ffmpeg')('a store’s own prompts', () => {
  test('an MP3 is heard in place of the built-in prompt, without a restart, until it is reset', async () => {
    sound('greeting.mp3', { volume: -35 });
    const { code, out, err } = await run('import greeting.mp3 --language en');
    expect([code, err]).toEqual([0, []]);
    expect(out).toEqual([
      expect.stringMatching(/^en\/greeting: imported, 1\.\d s$/),
      expect.stringContaining('1 files of your own'),
    ]);
    const samples = samplesOf('en/greeting').subarray(1600, 14_400);
    expect(toneShare(samples, 1000, 16_000)).toBeGreaterThan(0.95);
    // As loud as the built-in ones, however soft it was recorded.
    expect(Math.abs(loudness(samples) - 3277)).toBeLessThan(150);
    const phone = await heardAs('greeting');
    expect(toneShare(phone.samples(10, 35), 1000)).toBeGreaterThan(0.95);

    expect((await run('reset --key greeting')).out[0]).toBe('en/greeting: the built-in one again');
    expect(existsSync(own('en/greeting.wav'))).toBe(false);
    expect(toneShare((await heardAs('greeting')).samples(10, 35), 1000)).toBeLessThan(0.5);
  });

  test('one that came by HTTP is heard without a restart, too, until it is taken away', async () => {
    sound('hold.ogg');
    const url = `${listen}/api/prompts/en/hold`;
    const authorization = `Bearer ${loadSecret(join(folder, 'data'), 'admin')}`;
    const put = await fetch(url, {
      method: 'PUT',
      headers: { authorization, 'content-type': 'audio/ogg' },
      body: readFileSync(join(folder, 'hold.ogg')),
    });
    expect(await put.json()).toMatchObject({ heard: 'now', prompt: { changedBy: 'admin-token' } });
    expect(toneShare((await heardAs('hold')).samples(10, 35), 1000)).toBeGreaterThan(0.95);
    expect((await run('list --language en')).out).toContain('en/hold  own');
    await fetch(url, { method: 'DELETE', headers: { authorization } });
    expect(toneShare((await heardAs('hold')).samples(10, 35), 1000)).toBeLessThan(0.5);
  });

  test('a folder is taken as a whole: languages, and music that stays below a voice', async () => {
    sound('new/zh-CN/greeting.wav');
    sound('new/en/hold.ogg');
    sound('new/music.mp3', { hertz: 500, seconds: 3, volume: -3 });
    writeFileSync(join(folder, 'new/read me.txt'), 'hello');
    const { code, out } = await run('import new');
    expect(code).toBe(0);
    expect(out.map((line) => line.split(':')[0])).toEqual([
      ...['en/hold', 'music', 'zh-CN/greeting', 'Heard from now on, without a restart'],
    ]);
    expect(Math.max(...samplesOf('music'))).toBeLessThan(11_000);
    const listed = (await run('list')).out;
    expect(listed).toContain('zh-CN/greeting  own');
    expect(listed).toContain('music  own');
    expect(listed).toContain(
      'en/greeting  built-in  Welcome to the store. Thank you for calling our sales hotline.',
    );
    expect(
      (await run('list --language zh-CN')).out.every((line) => line.startsWith('zh-CN/')),
    ).toBe(true);
    expect((await run('reset')).out).toHaveLength(4);
    expect(existsSync(own('music.wav'))).toBe(false);
  });

  test('what cannot be used is told by its name, and the rest is taken', async () => {
    sound('mixed/en/hold.wav');
    sound('mixed/en/silent.wav', { volume: -200 });
    sound('mixed/en/blink.wav', { seconds: 0.05 });
    sound('mixed/en/Bad Name.wav');
    writeFileSync(join(folder, 'mixed/en/text.mp3'), 'hello');
    sound('mixed/stray.wav');
    const { code, out, err } = await run('import mixed');
    expect(code).toBe(1);
    expect(out[0]).toMatch(/^en\/hold: imported/);
    const at = (name: string) => expect.stringContaining(join(folder, 'mixed', name)) as string;
    expect(err).toEqual([
      ...['en/Bad Name.wav', 'en/blink.wav', 'en/silent.wav', 'en/text.mp3', 'stray.wav'].map(at),
    ]);
    expect(err.join()).toMatch(
      /no name of a prompt.*0\.1 to 120 s.*no sound in it.*no sound file.*which language/s,
    );
  });

  test('a name that the built-in set does not have is taken, and doubted', async () => {
    sound('gretting.wav');
    const { code, out } = await run('import gretting.wav --language en --key store-bj01');
    expect(code).toBe(0);
    expect(out[1]).toContain('store-bj01: the built-in set has no prompt of that name');
  });

  test('without a running app the files are in place for the next start', async () => {
    sound('hold.wav');
    const { code, err } = await run('import hold.wav --language en', {
      HTTP_LISTEN: 'http://127.0.0.1:1',
    });
    expect([code, existsSync(own('en/hold.wav'))]).toEqual([0, true]);
    expect(err[0]).toContain('after its next start');
  });
});

test('texts are exported for those who record them', async () => {
  const { out } = await run('export-texts');
  expect(out[0]).toBe('key,use,zh-CN,en');
  expect(out).toContain(
    '"goodbye","Last words.","感谢您的来电，再见。","Thank you for calling. Goodbye."',
  );
  expect(out.length).toBeGreaterThan(100);
});

test.each([
  ['import nowhere.wav --language en', 1, 'no such file', '找不到'],
  ['import a.wav --language ../etc', 1, 'no language', '不是语言名称'],
  ['import a.wav --language en --key ../../x', 1, 'no name of a prompt', '不是提示音名称'],
  [
    'import two --key hold --language en',
    1,
    '--key is for a single file',
    '--key 只能用于单个文件',
  ],
  ['reset --key hold', 1, 'nothing to do', '没有可处理的文件'],
  ['import', 2, 'Usage:', '用法'],
  ['remove', 2, 'Usage:', '用法'],
  ['list all', 2, 'Usage:', '用法'],
  ['list --colour', 2, 'Usage:', '用法'],
])('"%s" is refused, in both languages', async (args, code, english, chinese) => {
  mkdirSync(join(folder, 'two'), { recursive: true });
  for (const name of ['a.wav', 'b.wav']) writeFileSync(join(folder, 'two', name), '');
  for (const [locale, words] of [
    ['en_GB.UTF-8', english],
    ['zh_CN.UTF-8', chinese],
  ] as const) {
    const refused = await run(args, { LANG: locale });
    expect([refused.code, refused.err.join('\n')]).toEqual([code, expect.stringContaining(words)]);
  }
});
