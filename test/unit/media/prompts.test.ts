import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { GRAMMARS } from '../../../sip/media/sentences/grammars';
import { PROMPT_KEYS } from '../../../src/domain/spoken';
import { loudness, readWav } from '../../support/tone';

const MEDIA = join(__dirname, '../../../media');
const LANGUAGES = ['zh-CN', 'en'];
/** Not spoken: the same in every language. */
const TONES = ['beep', 'ringing-tone'];

type Texts = Record<string, Record<string, string> & { wide?: boolean }>;
const { sentences, parts } = parse(readFileSync(join(MEDIA, 'prompts/texts.yaml'), 'utf8')) as {
  sentences: Texts;
  parts: Texts;
};
const keysOf = (language: string): string[] => {
  const spoken = Object.entries(parts).filter(([, texts]) => texts[language] !== undefined);
  return [...TONES, ...Object.keys(sentences), ...spoken.map(([key]) => key)].sort();
};
const FILES = LANGUAGES.flatMap((language) => keysOf(language).map((key) => `${language}/${key}`));

const wav = (name: string) => readWav(readFileSync(join(MEDIA, `${name}.wav`)));

test.each(LANGUAGES)('there is one prompt for each text in %s, and no other', (language) => {
  const files = readdirSync(join(MEDIA, 'prompts', language));
  expect(files.map((file) => file.replace('.wav', '')).sort()).toEqual(keysOf(language));
});

test('every sentence has its words in each language, and what the app plays is among them', () => {
  for (const [key, texts] of Object.entries(sentences)) {
    const given = Object.keys(texts).filter((name) => name !== 'wide');
    expect([key, ...given.sort()]).toEqual([key, 'en', 'pinyin', 'use', 'zh-CN']);
  }
  expect([...TONES, ...Object.keys(sentences)]).toEqual(expect.arrayContaining([...PROMPT_KEYS]));
});

test.each(GRAMMARS.map(({ language, words }) => [language, words] as const))(
  'the parts in %s are those that its grammar asks for',
  (language, words) => {
    const spoken = Object.keys(parts).filter((key) => parts[key]?.[language] !== undefined);
    expect(spoken.sort()).toEqual([...words].sort());
  },
);

test.each(FILES)('%s is mono 16 bit, as loud as the others', (name) => {
  const { format, sampleRate, channels, duration } = wav(`prompts/${name}`);
  const [samples = new Int16Array(0)] = channels;
  const isWide = sentences[name.split('/')[1] ?? '']?.wide === true;
  expect({ format, sampleRate, channels: channels.length }).toEqual({
    ...{ format: 'linear', sampleRate: isWide ? 16_000 : 8000, channels: 1 },
  });
  expect(duration).toBeGreaterThan(0.15);
  expect(duration).toBeLessThan(30);
  // Pauses do not count: -20 dB of full scale, less where peaks would come too near to it.
  const step = sampleRate / 50;
  const spoken = Array.from({ length: Math.floor(samples.length / step) }, (_, frame) =>
    loudness(samples.subarray(frame * step, (frame + 1) * step)),
  ).filter((level) => level >= 300);
  const level = Math.sqrt(spoken.reduce((sum, one) => sum + one * one, 0) / spoken.length);
  expect(level).toBeGreaterThan(2400);
  expect(level).toBeLessThan(3600);
  expect(samples.every((sample) => Math.abs(sample) < 27_600)).toBe(true);
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
