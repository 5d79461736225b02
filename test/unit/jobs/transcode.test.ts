import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { needs } from '../../support/needs';
import { transcode } from '../../../src/jobs/transcode';

const RATE = 8000;
const SECONDS = 3;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'openline-transcode-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Stereo, 1 kHz left and 600 Hz right, as our recorder writes it. */
function recording(): string {
  const frames = RATE * SECONDS;
  const wav = Buffer.alloc(44 + frames * 4);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + frames * 4, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(2, 22);
  wav.writeUInt32LE(RATE, 24);
  wav.writeUInt32LE(RATE * 4, 28);
  wav.writeUInt16LE(4, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(frames * 4, 40);
  for (let i = 0; i < frames; i += 1) {
    wav.writeInt16LE(Math.round(8000 * Math.sin((2 * Math.PI * 1000 * i) / RATE)), 44 + i * 4);
    wav.writeInt16LE(Math.round(8000 * Math.sin((2 * Math.PI * 600 * i) / RATE)), 46 + i * 4);
  }
  const path = join(folder, 'call.wav');
  writeFileSync(path, wav);
  return path;
}

/** Power of a tone in one channel of the file (Goertzel), by way of ffmpeg's own decoder. */
function tone(path: string, channel: 0 | 1, frequency: number): number {
  const args = ['-i', path, '-f', 's16le', '-ac', '2', '-ar', String(RATE), '-'];
  const { stdout } = spawnSync('ffmpeg', args, { maxBuffer: 1 << 26 });
  const coefficient = 2 * Math.cos((2 * Math.PI * frequency) / RATE);
  const count = Math.floor(stdout.length / 4);
  let [before, last] = [0, 0];
  for (let i = 0; i < count; i += 1) {
    const next = stdout.readInt16LE(i * 4 + channel * 2) + coefficient * last - before;
    [before, last] = [last, next];
  }
  return Math.sqrt(before ** 2 + last ** 2 - coefficient * before * last) / count;
}

needs('ffmpeg')('a listening copy', () => {
  test.each(['mp3', 'opus'] as const)(
    'makes a much smaller %s with both voices apart',
    async (format) => {
      const input = recording();
      const output = join(folder, `call.${format}`);
      await transcode({ input, output, format });
      expect(readFileSync(output).length).toBeLessThan(readFileSync(input).length / 4);
      expect(tone(output, 0, 1000)).toBeGreaterThan(10 * tone(output, 0, 600));
      expect(tone(output, 1, 600)).toBeGreaterThan(10 * tone(output, 1, 1000));
    },
  );

  test('leaves the old copy and no rest of a new one when the input is no WAV', async () => {
    const input = join(folder, 'call.wav');
    const output = join(folder, 'call.mp3');
    writeFileSync(input, 'not a recording');
    writeFileSync(output, 'old');
    await expect(transcode({ input, output, format: 'mp3' })).rejects.toThrow(/ffmpeg/);
    expect(readFileSync(output, 'utf8')).toBe('old');
    expect(readdirSync(folder).sort()).toEqual(['call.mp3', 'call.wav']);
  });
});
