/**
 * Makes the default queue music: media/music/default.wav, 8 kHz mono 16 bit, 24 s that loop without
 * a seam. Computed here note by note, so it is ours and free of any licence.
 *
 *   npx tsx scripts/make-music.ts
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { linearWav } from '../src/prompts/linear-wav';
import { MUSIC } from '../src/prompts/loudness';

const RATE = 8000;
const NOTE_SECONDS = 0.375;
interface Note {
  seconds: number;
  loudness: number;
}

/** MIDI notes; one bar of 3 s each: C, Am, F, G, Em, Am, Dm, G. The bass is the first. */
const CHORDS: [bass: number, ...voices: number[]][] = [
  [48, 60, 64, 67, 72],
  [45, 57, 60, 64, 69],
  [41, 57, 60, 65, 69],
  [43, 55, 59, 62, 67],
  [40, 55, 59, 64, 67],
  [45, 57, 60, 64, 72],
  [38, 57, 62, 65, 69],
  [43, 55, 59, 65, 67],
];
const HARMONICS = [
  [1, 1],
  [2, 0.28],
  [3, 0.1],
] as const;
/** Which notes of the chord are played one after the other, up and down. */
const PATTERN = [1, 2, 3, 4, 3, 4, 3, 2];

const barSamples = Math.round(PATTERN.length * NOTE_SECONDS * RATE);
const song = new Float64Array(barSamples * CHORDS.length);
CHORDS.forEach((chord, bar) => {
  const start = bar * barSamples;
  addNote(start, chord[0] + 12, { seconds: 3.2, loudness: 0.5 });
  PATTERN.forEach((voice, step) => {
    const at = start + Math.round(step * NOTE_SECONDS * RATE);
    addNote(at, chord[voice] ?? 0, { seconds: 1.6, loudness: step === 0 ? 0.42 : 0.34 });
  });
});

const target = join(__dirname, '..', 'media', 'music', 'default.wav');
mkdirSync(dirname(target), { recursive: true });
writeFileSync(target, linearWav(scaled(song), RATE));

/** A plucked, soft tone: few harmonics, the higher the shorter. Its end wraps to the start. */
function addNote(start: number, midi: number, { seconds, loudness }: Note): void {
  const frequency = 440 * 2 ** ((midi - 69) / 12);
  const length = Math.round(seconds * RATE);
  for (let i = 0; i < length; i++) {
    const t = i / RATE;
    const attack = Math.min(1, t / 0.015);
    const release = Math.min(1, (seconds - t) / 0.1);
    let tone = 0;
    for (const [harmonic, share] of HARMONICS) {
      tone +=
        share * Math.sin(2 * Math.PI * frequency * harmonic * t) * Math.exp(-t * 1.3 * harmonic);
    }
    const at = (start + i) % song.length;
    song[at] = (song[at] ?? 0) + tone * attack * release * loudness;
  }
}

/** As high as music may be. */
function scaled(samples: Float64Array): Int16Array {
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  return Int16Array.from(samples, (sample) => Math.round((sample / peak) * MUSIC.peak));
}
