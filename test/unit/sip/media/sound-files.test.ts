import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSounds } from '../../../../sip/media/sound-files';

const MEDIA = join(__dirname, '../../../../media');
const ours = { promptsDir: join(MEDIA, 'prompts'), musicFile: join(MEDIA, 'music/default.wav') };
let own: string;

beforeEach(async () => {
  own = await mkdtemp(join(tmpdir(), 'openline-prompts-'));
});
afterEach(() => rm(own, { recursive: true }));

const put = async (name: string, from: string): Promise<void> => {
  await mkdir(join(own, name, '..'), { recursive: true });
  await copyFile(join(MEDIA, from), join(own, name));
};

test('the store’s own files lie over ours, one by one, and may bring a language', async () => {
  const plain = await readSounds(ours);
  await put('en/greeting.wav', 'prompts/en/goodbye.wav');
  await put('de/greeting.wav', 'prompts/en/hold.wav');
  await put('music.wav', 'prompts/en/park.wav');
  const { shared, index, own: count, unusable } = await readSounds({ ...ours, ownPromptsDir: own });
  expect([count, unusable]).toEqual([3, []]);
  expect(shared.prompts.get('en/greeting')).toEqual(plain.shared.prompts.get('en/goodbye'));
  expect(shared.prompts.get('en/closed')).toEqual(plain.shared.prompts.get('en/closed'));
  expect(shared.music).toEqual(plain.shared.prompts.get('en/park'));
  expect([...index.keys()].sort()).toEqual(['de', 'en', 'zh-CN']);
  expect([...(index.get('de') ?? [])]).toEqual(['greeting']);
});

test('a file of the store’s that cannot be used is told, and ours is heard', async () => {
  const plain = await readSounds(ours);
  await mkdir(join(own, 'en'));
  await writeFile(join(own, 'en/greeting.wav'), 'hello');
  await writeFile(join(own, 'music.wav'), '');
  const { shared, own: count, unusable } = await readSounds({ ...ours, ownPromptsDir: own });
  expect(count).toBe(0);
  expect(unusable.map(({ file }) => file)).toEqual([
    join(own, 'en/greeting.wav'),
    join(own, 'music.wav'),
  ]);
  expect(unusable[0]?.reason).toContain('not a WAV file');
  expect(shared.prompts.get('en/greeting')).toEqual(plain.shared.prompts.get('en/greeting'));
  expect(shared.music).toEqual(plain.shared.music);
});

test('a folder of the store’s that is not there is none', async () => {
  const ownPromptsDir = join(own, 'nowhere');
  expect(await readSounds({ ...ours, ownPromptsDir })).toMatchObject({ own: 0, unusable: [] });
});

test('a file of ours that cannot be used is told by its name', async () => {
  await mkdir(join(own, 'en'));
  await writeFile(join(own, 'en/broken.wav'), 'RIFFxxxxWAVE');
  await expect(readSounds({ ...ours, promptsDir: own })).rejects.toThrow(
    `${join(own, 'en/broken.wav')}: no fmt chunk`,
  );
});
