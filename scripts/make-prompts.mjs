#!/usr/bin/env node
/**
 * Makes the default prompts: media/prompts/<language>/<key>.wav, mono 16 bit, from media/prompts/texts.yaml.
 * Needs espeak-ng (made with 1.51) and sox on the developer's machine; the WAV files are committed, so
 * nobody else does. The same versions give the same bytes. espeak-ng is free software (GPL-3.0), and what it
 * speaks is ours. A store has its own: `npx openline prompts`.
 *
 *   node scripts/make-prompts.mjs [key ...]
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', 'media', 'prompts');
/** Of most prompts, and of those that are `wide`. */
const [RATE, WIDE] = [8000, 16_000];

/**
 * `pace` is espeak-ng's words a minute. The notice is spoken faster: it delays every talk, so it lasts
 * 2 s at most. Mandarin is given in pinyin with tone numbers: espeak-ng reads characters out as English.
 */
const LANGUAGES = [
  {
    ...{ language: 'zh-CN', text: 'pinyin', voice: 'cmn-latn-pinyin+f2' },
    ...{ pace: 205, noticePace: 250 },
  },
  { language: 'en', text: 'en', voice: 'en-gb+f2', pace: 165, noticePace: 175 },
];

/** Every prompt speaks equally loud (full scale is 32,768), with peaks no nearer to it than 1.5 dB. */
const LOUDNESS = 3277;
const PEAK = 27_500;
/** A stretch of 20 ms that is softer is a pause between words, and does not count. */
const PAUSE = 300;

const { sentences, parts } = parse(readFileSync(join(ROOT, 'texts.yaml'), 'utf8'));
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

function make(language, key, texts, pad) {
  const text = texts[language.text];
  if (text === undefined || (wanted.length > 0 && !wanted.includes(key))) return;
  const pace = key === 'recording-notice' ? language.noticePace : language.pace;
  const rate = texts.wide ? WIDE : RATE;
  const spoken = speak({ voice: language.voice, pace, text, pad, rate });
  write(language, key, level(spoken, rate), rate);
}

/** Speech without silence around it, but for `pad` seconds. */
function speak({ voice, text, pace, pad, rate }) {
  const [raw, trimmed] = [join(scratch, 'raw.wav'), join(scratch, 'trimmed.raw')];
  execFileSync('espeak-ng', ['-v', voice, '-s', String(pace), '-w', raw, text]);
  // -D: no dither, so that making the same text again gives the same bytes.
  const format = ['-r', String(rate), '-c', '1', '-b', '16', '-e', 'signed-integer'];
  const trim = 'silence 1 0.01 0.5%';
  const effects = `gain -6 highpass 150 norm -6 ${trim} reverse ${trim} reverse pad ${pad} ${pad}`;
  execFileSync('sox', ['-D', raw, ...format, trimmed, ...effects.split(' ')]);
  const bytes = readFileSync(trimmed);
  return Int16Array.from({ length: bytes.length >> 1 }, (_, i) => bytes.readInt16LE(i * 2));
}

function level(samples, rate) {
  let [energy, counted, peak] = [0, 0, 0];
  for (let at = 0; at < samples.length; at += rate / 50) {
    const frame = samples.subarray(at, at + rate / 50);
    const sum = frame.reduce((all, sample) => all + sample * sample, 0);
    if (Math.sqrt(sum / frame.length) < PAUSE) continue;
    energy += sum;
    counted += frame.length;
    peak = frame.reduce((most, sample) => Math.max(most, Math.abs(sample)), peak);
  }
  const gain = Math.min(LOUDNESS / Math.sqrt(energy / counted), PEAK / peak);
  return samples.map((sample) => Math.round(sample * gain));
}

/** 1 kHz for 0.3 s. */
function beep() {
  return tone(1000, 0.3);
}

/** What a caller hears in China while it rings: 450 Hz for 1 s of 5 s (YD/T 1307). */
function ringingTone() {
  const samples = new Int16Array(5 * RATE);
  samples.set(tone(450, 1));
  return samples;
}

/** With soft edges that do not click. */
function tone(hertz, seconds) {
  const [length, edge] = [seconds * RATE, 0.01 * RATE];
  const step = (2 * Math.PI * hertz) / RATE;
  return Int16Array.from({ length }, (_, i) => {
    const envelope = Math.min(1, i / edge, (length - 1 - i) / edge);
    return Math.round(LOUDNESS * Math.SQRT2 * envelope * Math.sin(step * i));
  });
}

function write({ language }, key, samples, rate) {
  const file = Buffer.alloc(44 + samples.length * 2);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(36 + samples.length * 2, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(samples.length * 2, 40);
  samples.forEach((sample, i) => file.writeInt16LE(sample, 44 + i * 2));
  writeFileSync(join(ROOT, language, `${key}.wav`), file);
}
