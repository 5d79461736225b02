/** Speech by espeak-ng and sox, for those who make the sounds of the repository; nobody else needs either. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Speech {
  voice: string;
  text: string;
  /** Words a minute, as espeak-ng counts them. */
  pace: number;
  /** Seconds of silence before and after. */
  pad: number;
  /** Hertz. */
  rate: number;
}

/** Speech without silence around it, but for `pad` seconds; `scratch` is a folder for what comes in between. */
export function speak({ voice, text, pace, pad, rate }: Speech, scratch: string): Int16Array {
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
