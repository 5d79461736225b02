import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readLinear } from '../../../../../sip/media/wav';
import { DtmfDetector } from '../../../../../sip/rtp/dtmf/detector';
import { KeyTone } from '../../../../../sip/rtp/dtmf/key-tone';
import { KEYS, highOf, lowOf } from '../../../../../sip/rtp/dtmf/keys';
import { ALAW_TO_LINEAR, encodeAlaw } from '../../../../../sip/rtp/g711';
import { DBM0_SINE_DBOV, amplitudeOf } from '../../../../../sip/rtp/level';
import { seeded, type Random } from '../../../../simulation/random';
import { halved } from '../../../../support/tone';
import { sine } from '../sound';
import { KeyLog } from './key-log';

const RATE = 8000;
const MEDIA = join(__dirname, '../../../../../media');

function hear(samples: Int16Array, rate: 8000 | 16_000 = RATE, frame = 160): KeyLog {
  const log = new KeyLog();
  const detector = new DtmfDetector(log, rate);
  for (let at = 0; at < samples.length; at += frame) {
    detector.detect(samples.subarray(at, at + frame));
  }
  detector.end();
  return log;
}

/** A pair of tones as the sender of a trial makes it: hard edges, any phase, any place in the frames. */
interface Pair {
  ms: number;
  /** dBm0 of the lower tone, and of the higher over it. */
  level: number;
  twist: number;
  /** Factor on, and Hz added to, both frequencies. */
  detune: number;
  shift: number;
}

const USUAL: Pair = { ms: 40, level: -10, twist: 0, detune: 1, shift: 0 };

function pair(key: string, wanted: Partial<Pair>, random: Random): Int16Array {
  const { ms, level, twist, detune, shift } = { ...USUAL, ...wanted };
  const begin = 400 + random.below(160);
  const phases = [random.next() * 7, random.next() * 7] as const;
  const tone = (frequency: number, dbm0: number, phase: number, at: number): number =>
    Math.SQRT2 *
    amplitudeOf(dbm0 + DBM0_SINE_DBOV) *
    Math.sin((2 * Math.PI * (frequency * detune + shift) * at) / RATE + phase);
  return Int16Array.from({ length: 2400 }, (_, at) => {
    if (at < begin || at >= begin + ms * 8) return 0;
    return tone(lowOf(key), level, phases[0], at) + tone(highOf(key), level + twist, phases[1], at);
  });
}

/** Tries every key at several places; how many of them were heard, each once and as itself. */
function trial(wanted: Partial<Pair>): 'all' | 'none' | 'some' {
  const random = seeded(24);
  let [heard, silent, trials] = [0, 0, 0];
  for (const key of KEYS) {
    for (let round = 0; round < 6; round++) {
      const { keys } = hear(pair(key, wanted, random));
      trials += 1;
      if (keys === key) heard += 1;
      if (keys === '') silent += 1;
    }
  }
  if (heard === trials) return 'all';
  return silent === trials ? 'none' : 'some';
}

describe('by Q.24', () => {
  test.each<[string, Partial<Pair>, 'all' | 'none']>([
    ['40 ms', { ms: 40 }, 'all'],
    ['100 ms', { ms: 100 }, 'all'],
    ['20 ms', { ms: 20 }, 'none'],
    ['22 ms', { ms: 22 }, 'none'],
    ['10 ms', { ms: 10 }, 'none'],
    ['higher tone 4 dB above', { twist: 4 }, 'all'],
    ['higher tone 8 dB below', { level: -4, twist: -8 }, 'all'],
    ['higher tone 7 dB above', { twist: 7, ms: 100 }, 'none'],
    ['higher tone 11 dB below', { level: -4, twist: -11, ms: 100 }, 'none'],
    ['-3 dBm0', { level: -3 }, 'all'],
    ['-27 dBm0', { level: -27 }, 'all'],
    ['-30 dBm0', { level: -30, ms: 100 }, 'none'],
    ['1.5 % and 2 Hz above', { detune: 1.015, shift: 2 }, 'all'],
    ['1.5 % and 2 Hz below', { detune: 0.985, shift: -2 }, 'all'],
    ['out of tune and twisted', { detune: 0.985, shift: -2, twist: -8 }, 'all'],
    ['3.5 % above', { detune: 1.035, ms: 100 }, 'none'],
    ['3.5 % below', { detune: 0.965, ms: 100 }, 'none'],
    ['5 % above', { detune: 1.05, ms: 100 }, 'none'],
  ])('%s: %#', (_name, wanted, expected) => {
    expect(trial(wanted)).toBe(expected);
  });
});

/** A row of presses by our own generator. */
function row(keys: string, ms: number, pauseMs: number, rate: 8000 | 16_000 = RATE): Int16Array {
  const perMs = rate / 1000;
  const each = (ms + pauseMs) * perMs;
  const out = new Int16Array(each * keys.length);
  const tone = new KeyTone(rate);
  [...keys].forEach((key, i) => {
    tone.press(key, ms * perMs);
    tone.fill(out, i * each, each);
  });
  return out;
}

describe.each([8000, 16_000] as const)('our own tones at %i Hz', (rate) => {
  test.each([
    [50, 50],
    [80, 40],
    [200, 100],
  ])('of %i ms, %i ms apart', (ms, pauseMs) => {
    const keys = `${KEYS}1100`;
    const log = hear(row(keys, ms, pauseMs, rate), rate);
    expect(log.keys).toBe(keys);
    for (const line of log.lines.filter((l) => l[1] === '-')) {
      expect(Math.abs(Number(line.slice(2)) - ms)).toBeLessThanOrEqual(10);
    }
  });
});

test.each([80, 160, 240, 77])('frames of %i samples make no difference', (frame) => {
  const samples = row('147*', 60, 60);
  expect(hear(samples, RATE, frame).lines).toEqual(hear(samples).lines);
});

test('the key is told while it is still down, within 40 ms', () => {
  const log = new KeyLog();
  const detector = new DtmfDetector(log);
  detector.detect(new Int16Array(123));
  detector.detect(row('5', 40, 0));
  expect(log.lines).toEqual(['5+']);
});

test('one key right after another, without a pause', () => {
  expect(hear(row('25', 80, 0)).keys).toBe('25');
});

test('a gap of 10 ms is part of the press, a pause of 40 ms is not', () => {
  for (let offset = 0; offset < 80; offset += 9) {
    const samples = new Int16Array(2400);
    samples.set(row('6', 200, 0), 80 + offset);
    const gapped = samples.slice().fill(0, 800 + offset, 880 + offset);
    expect(hear(gapped).keys).toBe('6');
    const paused = samples.slice().fill(0, 800 + offset, 1120 + offset);
    expect(hear(paused).keys).toBe('66');
  }
});

test.each([20, 15, 12])('through A-law and noise %i dB below the tones', (distance) => {
  const random = seeded(distance);
  const keys = KEYS.repeat(3);
  const noise = Math.sqrt(3) * amplitudeOf(-4 + DBM0_SINE_DBOV - distance);
  const samples = row(keys, 60, 60).map((sample) => {
    const heard = Math.round(sample + noise * (2 * random.next() - 1));
    return ALAW_TO_LINEAR[encodeAlaw(Math.max(-32_768, Math.min(heard, 32_767)))] as number;
  });
  expect(hear(samples).keys).toBe(keys);
});

/** The same recording at another speed: another voice, for more of them to try. */
function atSpeed(samples: Int16Array, speed: number): Int16Array {
  return Int16Array.from({ length: Math.floor(samples.length / speed) - 1 }, (_, at) => {
    const place = Math.floor(at * speed);
    const part = at * speed - place;
    return (samples[place] as number) * (1 - part) + (samples[place + 1] as number) * part;
  });
}

describe('talk-off', () => {
  const prompts = ['en', 'zh-CN'].flatMap((language) =>
    readdirSync(join(MEDIA, 'prompts', language))
      .filter((name) => name.endsWith('.wav'))
      .map((name) => join('prompts', language, name)),
  );

  test.each([...prompts, 'music/default.wav'])('%s presses no key at any speed', (file) => {
    const { rate, samples: whole } = readLinear(readFileSync(join(MEDIA, file)));
    const samples = rate === 8000 ? whole : halved(whole);
    for (let speed = 0.7; speed < 1.4; speed += 0.05) {
      expect(hear(atSpeed(samples, speed)).lines).toEqual([]);
    }
  });

  test('single tones over the whole band press no key', () => {
    for (let frequency = 200; frequency < 3800; frequency += 13) {
      expect(hear(sine(frequency, 12_000, RATE, 1600)).lines).toEqual([]);
    }
  });

  test.each([
    ['dial tone', 350, 440],
    ['ring-back', 440, 480],
    ['busy', 480, 620],
    ['two of the lower', 697, 941],
    ['two of the higher', 1209, 1477],
    ['a lower and a stranger', 770, 1400],
    ['a stranger and a higher', 730, 1336],
  ])('%s presses no key', (_name, a, b) => {
    const [first, second] = [sine(a, 8000, RATE, 8000), sine(b, 8000, RATE, 8000)];
    const both = first.map((sample, at) => sample + (second[at] as number));
    expect(hear(both).lines).toEqual([]);
  });

  test('a key under a third tone as loud presses no key', () => {
    const samples = row('5', 200, 50);
    const third = sine(1800, 14_000, RATE, samples.length);
    expect(hear(samples.map((sample, at) => (sample + (third[at] as number)) / 2)).keys).toBe('');
  });

  test('voices of sorts, sung through the range, and noise press no key', () => {
    const random = seeded(99);
    for (let round = 0; round < 30; round++) {
      const strengths = Array.from({ length: 20 }, () => random.next() ** 2);
      const base = 80 + random.below(250);
      const glide = random.below(200) - 60;
      let phase = 0;
      const samples = Int16Array.from({ length: RATE }, (_, at) => {
        phase += (2 * Math.PI * (base + (glide * at) / RATE)) / RATE;
        const harmonics = strengths.reduce((sum, s, n) => sum + s * Math.sin((n + 1) * phase), 0);
        return 2500 * harmonics + random.below(400);
      });
      expect(hear(samples).lines).toEqual([]);
      expect(hear(samples.map(() => random.below(40_000) - 20_000)).lines).toEqual([]);
    }
  });

  test('silence of A-law and full scale press no key', () => {
    expect(hear(new Int16Array(8000).fill(8)).lines).toEqual([]);
    expect(hear(new Int16Array(8000).fill(32_767)).lines).toEqual([]);
  });
});
