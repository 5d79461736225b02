import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PROMPT_KEYS } from '../../../src/domain/effects';
import { loudness, readWav } from '../../support/tone';

const MEDIA = join(__dirname, '../../../media');
const LANGUAGES = ['zh-CN', 'en'];
const FILES = LANGUAGES.flatMap((language) => PROMPT_KEYS.map((key) => `${language}/${key}`));

const wav = (name: string) => readWav(readFileSync(join(MEDIA, `${name}.wav`)));

test.each(LANGUAGES)('there is one prompt for each key in %s, and no other', (language) => {
  const files = readdirSync(join(MEDIA, 'prompts', language));
  expect(files.sort()).toEqual(PROMPT_KEYS.map((key) => `${key}.wav`).sort());
});

test.each(FILES)('%s is speech in 8 kHz mono 16 bit', (name) => {
  const { format, sampleRate, channels, duration } = wav(`prompts/${name}`);
  expect({ format, sampleRate, channels: channels.length }).toEqual({
    ...{ format: 'linear', sampleRate: 8000, channels: 1 },
  });
  expect(duration).toBeGreaterThan(0.5);
  expect(duration).toBeLessThan(8);
  expect(loudness(channels[0] ?? new Int16Array(0))).toBeGreaterThan(500);
});

test.each(LANGUAGES)('the notice of recording lasts 2 s at most in %s', (language) => {
  expect(wav(`prompts/${language}/recording-notice`).duration).toBeLessThanOrEqual(2);
});

test('the queue music lasts 20 to 30 s, is never silent, and is softer than full scale', () => {
  const { format, sampleRate, channels, duration } = wav('music/default');
  const [music = new Int16Array(0)] = channels;
  expect({ format, sampleRate, channels: channels.length }).toEqual({
    ...{ format: 'linear', sampleRate: 8000, channels: 1 },
  });
  expect(duration).toBeGreaterThanOrEqual(20);
  expect(duration).toBeLessThanOrEqual(30);
  for (let second = 0; second < Math.floor(duration); second++) {
    expect(loudness(music.subarray(second * 8000, (second + 1) * 8000))).toBeGreaterThan(300);
  }
  expect(music.every((sample) => Math.abs(sample) < 16_384)).toBe(true);
});
