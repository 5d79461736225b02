/**
 * Makes the default prompts: media/prompts/<language>/<key>.wav, mono 16 bit, from media/prompts/texts.yaml.
 * Needs espeak-ng (made with 1.51) and sox on the developer's machine; the WAV files are committed, so
 * nobody else does. The same versions give the same bytes. espeak-ng is free software (GPL-3.0), and what it
 * speaks is ours. A store has its own: `npx openline prompts`.
 *
 *   npx tsx scripts/make-prompts.ts [key ...]
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { linearWav } from '../src/prompts/linear-wav';
import { levelled, SPEECH } from '../src/prompts/loudness';
import { speak } from './espeak';

const ROOT = join(__dirname, '..', 'media', 'prompts');
/** Of most prompts, and of those that are `wide`. */
const [RATE, WIDE] = [8000, 16_000];

interface Language {
  language: string;
  text: 'pinyin' | 'en';
  voice: string;
  pace: number;
  noticePace: number;
}

/**
 * `pace` is espeak-ng's words a minute. The notice is spoken faster: it delays every talk, so it lasts
 * 2 s at most. Mandarin is given in pinyin with tone numbers: espeak-ng reads characters out as English.
 */
const LANGUAGES: Language[] = [
  {
    ...{ language: 'zh-CN', text: 'pinyin', voice: 'cmn-latn-pinyin+f2' },
    ...{ pace: 205, noticePace: 250 },
  },
  { language: 'en', text: 'en', voice: 'en-gb+f2', pace: 165, noticePace: 175 },
];

/** What a prompt says in each language; `wide`: made with 16 kHz. */
type Texts = { pinyin?: string; en?: string; wide?: boolean };

const { sentences, parts } = parse(readFileSync(join(ROOT, 'texts.yaml'), 'utf8')) as Record<
  'sentences' | 'parts',
  Record<string, Texts>
>;
const wanted = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), 'prompts-'));
try {
  for (const language of LANGUAGES) {
    mkdirSync(join(ROOT, language.language), { recursive: true });
    write(language, 'beep', beep(), RATE);
    write(language, 'ringing-tone', ringingTone(), RATE);
    // Parts follow one another as the words of a sentence do.
    for (const [key, texts] of Object.entries(sentences)) make(language, key, texts, 0.04);
    for (const [key, texts] of Object.entries(parts)) make(language, key, texts, 0.015);
  }
} finally {
  rmSync(scratch, { recursive: true });
}

function make(language: Language, key: string, texts: Texts, pad: number): void {
  const text = texts[language.text];
  if (text === undefined || (wanted.length > 0 && !wanted.includes(key))) return;
  const pace = key === 'recording-notice' ? language.noticePace : language.pace;
  const rate = texts.wide ? WIDE : RATE;
  const spoken = speak({ voice: language.voice, pace, text, pad, rate }, scratch);
  const levelledSpeech = levelled(spoken, rate, SPEECH);
  if (levelledSpeech === null) throw new Error(`${key}: espeak-ng said nothing`);
  write(language, key, levelledSpeech, rate);
}

/** 1 kHz for 0.3 s. */
function beep(): Int16Array {
  return tone(1000, 0.3);
}

/** What a caller hears in China while it rings: 450 Hz for 1 s of 5 s (YD/T 1307). */
function ringingTone(): Int16Array {
  const samples = new Int16Array(5 * RATE);
  samples.set(tone(450, 1));
  return samples;
}

/** With soft edges that do not click. */
function tone(hertz: number, seconds: number): Int16Array {
  const [length, edge] = [seconds * RATE, 0.01 * RATE];
  const step = (2 * Math.PI * hertz) / RATE;
  return Int16Array.from({ length }, (_, i) => {
    const envelope = Math.min(1, i / edge, (length - 1 - i) / edge);
    return Math.round(SPEECH.loudness * Math.SQRT2 * envelope * Math.sin(step * i));
  });
}

function write({ language }: Language, key: string, samples: Int16Array, rate: number): void {
  writeFileSync(join(ROOT, language, `${key}.wav`), linearWav(samples, rate));
}
