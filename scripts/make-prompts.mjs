#!/usr/bin/env node
/**
 * Makes the default prompts: media/prompts/<language>/<key>.wav, 8 kHz mono 16 bit. Needs espeak-ng
 * and sox on the developer's machine; the WAV files are committed, so nobody else does. A store
 * replaces a prompt by putting its own recording in the same place and format.
 *
 *   node scripts/make-prompts.mjs
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', 'media', 'prompts');

/**
 * Keys are PROMPT_KEYS of src/domain/effects.ts (a test compares). `pace` is espeak-ng's words a
 * minute. The notice is spoken faster: it delays every talk, so it lasts 2 s at most.
 *
 * Mandarin is given in pinyin with tone numbers: espeak-ng 1.51 reads Chinese characters out as
 * English spelling.
 */
const LANGUAGES = [
  {
    language: 'zh-CN',
    voice: 'cmn-latn-pinyin+f2',
    pace: 205,
    noticePace: 250,
    texts: {
      // 您好，欢迎致电本店销售热线。
      greeting: 'nin2 hao3, huan1 ying2 zhi4 dian4 ben3 dian4 xiao1 shou4 re4 xian4.',
      // 本次通话将被录音。
      'recording-notice': 'ben3 ci4 tong1 hua4 jiang1 bei4 lu4 yin1.',
      // 销售顾问都在通话中，请您稍候。
      'all-busy': 'xiao1 shou4 gu4 wen4 dou1 zai4 tong1 hua4 zhong1, qing3 nin2 shao1 hou4.',
      // 现在没有人员可以接听您的电话。
      'no-agents': 'xian4 zai4 mei2 you3 ren2 yuan2 ke2 yi3 jie1 ting1 nin2 de5 dian4 hua4.',
      // 我们已记下您的号码，会尽快给您回电。
      'promise-taken':
        'wo3 men5 yi3 ji4 xia4 nin2 de5 hao4 ma3, hui4 jin3 kuai4 gei3 nin2 hui2 dian4.',
      // 我们看不到您的号码，请您稍后再拨，或换一部电话拨打。
      'no-number':
        'wo3 men5 kan4 bu2 dao4 nin2 de5 hao4 ma3, qing3 nin2 shao1 hou4 zai4 bo1, ' +
        'huo4 huan4 yi2 bu4 dian4 hua4 bo1 da3.',
      // 热线来电。
      'store-call': 're4 xian4 lai2 dian4.',
    },
  },
  {
    language: 'en',
    voice: 'en-gb+f2',
    pace: 165,
    noticePace: 175,
    texts: {
      greeting: 'Welcome to the store. Thank you for calling our sales hotline.',
      'recording-notice': 'This call is recorded.',
      'all-busy': 'All our sales advisers are on the phone. Please hold the line.',
      'no-agents': 'Nobody can take your call right now.',
      'promise-taken': 'We have your number and will call you back.',
      'no-number':
        'We could not see your number. Please call again later, or from another telephone.',
      'store-call': 'Hotline call.',
    },
  },
];

const scratch = mkdtempSync(join(tmpdir(), 'prompts-'));
try {
  for (const { language, voice, pace, noticePace, texts } of LANGUAGES) {
    mkdirSync(join(ROOT, language), { recursive: true });
    for (const [key, text] of Object.entries(texts)) {
      const target = join(ROOT, language, `${key}.wav`);
      speak({ voice, text, pace: key === 'recording-notice' ? noticePace : pace, target });
    }
  }
} finally {
  rmSync(scratch, { recursive: true });
}

function speak({ voice, text, pace, target }) {
  const raw = join(scratch, 'raw.wav');
  execFileSync('espeak-ng', ['-v', voice, '-s', String(pace), '-w', raw, text]);
  // -D: no dither, so that making the same text again gives the same bytes.
  const format = ['-r', '8000', '-c', '1', '-b', '16', '-e', 'signed-integer'];
  const trim = 'silence 1 0.01 0.5%';
  const effects = `gain -6 highpass 150 norm -6 ${trim} reverse ${trim} reverse pad 0.04 0.04`;
  execFileSync('sox', ['-D', raw, ...format, target, ...effects.split(' ')]);
}
