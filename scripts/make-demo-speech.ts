/**
 * Makes what the people of the demonstration say: demo/speech/<who>/<key>.wav, mono 16 bit, 8 kHz, from
 * demo/speech/texts.yaml. Needs espeak-ng and sox; the WAV files are committed, so nobody else does.
 *
 *   npx tsx scripts/make-demo-speech.ts
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { linearWav } from '../src/prompts/linear-wav';
import { levelled, SPEECH } from '../src/prompts/loudness';
import { speak } from './espeak';

const ROOT = join(__dirname, '..', 'demo', 'speech');
const RATE = 8000;
const VOICES: Record<string, string> = {
  agent: 'cmn-latn-pinyin+f3',
  caller: 'cmn-latn-pinyin+m3',
};

const texts = parse(readFileSync(join(ROOT, 'texts.yaml'), 'utf8')) as Record<
  string,
  Record<string, { pinyin: string }>
>;
const scratch = mkdtempSync(join(tmpdir(), 'speech-'));
try {
  for (const [who, lines] of Object.entries(texts)) {
    mkdirSync(join(ROOT, who), { recursive: true });
    for (const [key, { pinyin }] of Object.entries(lines)) make(who, key, pinyin);
  }
} finally {
  rmSync(scratch, { recursive: true });
}

function make(who: string, key: string, text: string): void {
  const voice = VOICES[who];
  if (voice === undefined) throw new Error(`nobody knows how ${who} sounds`);
  const sound = levelled(
    speak({ voice, text, pace: 195, pad: 0.04, rate: RATE }, scratch),
    RATE,
    SPEECH,
  );
  if (sound === null) throw new Error(`${key}: espeak-ng said nothing`);
  writeFileSync(join(ROOT, who, `${key}.wav`), linearWav(sound, RATE));
}
