#!/usr/bin/env node
/**
 * Makes the default queue music: media/music/default.wav, 8 kHz mono 16 bit, 24 s that loop without
 * a seam. Computed here note by note, so it is ours and free of any licence.
 *
 *   node scripts/make-music.mjs
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const RATE = 8000;
const NOTE_SECONDS = 0.375;
/** MIDI notes; one bar of 3 s each: C, Am, F, G, Em, Am, Dm, G. The bass is the first. */
const CHORDS = [
  [48, 60, 64, 67, 72],
  [45, 57, 60, 64, 69],
  [41, 57, 60, 65, 69],
  [43, 55, 59, 62, 67],
  [40, 55, 59, 64, 67],
  [45, 57, 60, 64, 72],
  [38, 57, 62, 65, 69],
  [43, 55, 59, 65, 67],
];
/** Which notes of the chord are played one after the other, up and down. */
const PATTERN = [1, 2, 3, 4, 3, 4, 3, 2];

const barSamples = Math.round(PATTERN.length * NOTE_SECONDS * RATE);
const song = new Float64Array(barSamples * CHORDS.length);
CHORDS.forEach((chord, bar) => {
  const start = bar * barSamples;
  addNote(start, chord[0] + 12, { seconds: 3.2, loudness: 0.5 });
  PATTERN.forEach((voice, step) => {
    const at = start + Math.round(step * NOTE_SECONDS * RATE);
    addNote(at, chord[voice], { seconds: 1.6, loudness: step === 0 ? 0.42 : 0.34 });
  });
});

const target = join(dirname(fileURLToPath(import.meta.url)), '..', 'media', 'music', 'default.wav');
mkdirSync(dirname(target), { recursive: true });
writeFileSync(target, wav(song));

/** A plucked, soft tone: few harmonics, the higher the shorter. Its end wraps to the start. */
function addNote(start, midi, { seconds, loudness }) {
  const frequency = 440 * 2 ** ((midi - 69) / 12);
  const length = Math.round(seconds * RATE);
  for (let i = 0; i < length; i++) {
    const t = i / RATE;
    const attack = Math.min(1, t / 0.015);
    const release = Math.min(1, (seconds - t) / 0.1);
    let tone = 0;
    for (const [harmonic, share] of [
      [1, 1],
      [2, 0.28],
      [3, 0.1],
    ]) {
      tone +=
        share * Math.sin(2 * Math.PI * frequency * harmonic * t) * Math.exp(-t * 1.3 * harmonic);
    }
    song[(start + i) % song.length] += tone * attack * release * loudness;
  }
}

/** Peak at -10 dB: music is heard under a voice, not over it. */
function wav(samples) {
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  const file = Buffer.alloc(44 + samples.length * 2);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(36 + samples.length * 2, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(RATE, 24);
  file.writeUInt32LE(RATE * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(samples.length * 2, 40);
  samples.forEach((sample, i) => {
    file.writeInt16LE(Math.round((sample / peak) * 10_360), 44 + i * 2);
  });
  return file;
}
