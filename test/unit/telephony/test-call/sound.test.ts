import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IS_PROMPT, likeness, quietFor, sounding } from '../../../../src/domain/hotline/heard';
import { loudnessOf, loudnessOfWav } from '../../../../src/telephony/test-call/sound';

const PROMPTS = join(__dirname, '../../../../media/prompts');
const MUSIC = join(__dirname, '../../../../media/music/default.wav');
const LANGUAGES = ['zh-CN', 'en'];
const SENTENCES = [
  'greeting',
  'recording-notice',
  'all-busy',
  'no-agents',
  'closed',
  'promise-taken',
];

const levels = async (language: string, prompt: string) => {
  const [found] = await loudnessOf([PROMPTS], { language, prompt });
  return found ?? [];
};

test.each(LANGUAGES)(
  'the greeting in %s is known among noise, at half its loudness',
  async (language) => {
    const greeting = await levels(language, 'greeting');
    const quiet = Array.from({ length: 40 }, (_, n) => n % 7);
    const heard = [...quiet, ...greeting.map((level) => level / 2 + 3), ...quiet];
    expect(likeness(heard, greeting)).toBeGreaterThan(0.99);
  },
);

test('no other sentence, and no music, is taken for a greeting', async () => {
  const others = [loudnessOfWav(readFileSync(MUSIC))];
  for (const language of LANGUAGES)
    for (const prompt of SENTENCES) others.push(await levels(language, prompt));
  for (const language of LANGUAGES) {
    const greeting = await levels(language, 'greeting');
    const alike = others.map((other) => likeness([...other, ...other, ...other], greeting));
    const own = 1 + LANGUAGES.indexOf(language) * SENTENCES.length;
    alike.splice(own, 1);
    expect(Math.max(...alike)).toBeLessThan(IS_PROMPT - 0.1);
  }
});

test('silence is like nothing', async () => {
  const greeting = await levels('en', 'greeting');
  expect(likeness(new Array<number>(500).fill(0), greeting)).toBe(0);
  expect(likeness([], greeting)).toBe(0);
});

test.each<[number[], number, number]>([
  [[], 0, 0],
  [[500, 500, 3, 4], 2, 2],
  [[0, 0, 500], 0, 1],
])('of %j the last %i are quiet, and %i sound', (heard, quiet, loud) => {
  expect([quietFor(heard), sounding(heard)]).toEqual([quiet, loud]);
});

test('a file that is no sound is no prompt', () => {
  expect(loudnessOfWav(Buffer.from('not a WAV file at all'))).toEqual([]);
});
