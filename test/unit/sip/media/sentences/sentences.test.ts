import { en } from '../../../../../sip/media/sentences/en';
import { GRAMMARS } from '../../../../../sip/media/sentences/grammars';
import { PAUSE, say, type SentencePart } from '../../../../../sip/media/sentences/part';
import { zhCn } from '../../../../../sip/media/sentences/zh-cn';

const CHINESE: Record<string, string> = {
  ...{ 'number-0': '零', 'number-1': '一', 'number-2': '二', 'number-3': '三', 'number-4': '四' },
  ...{ 'number-5': '五', 'number-6': '六', 'number-7': '七', 'number-8': '八', 'number-9': '九' },
  ...{ 'number-10': '十', hundred: '百', thousand: '千', 'ten-thousand': '万' },
  ...{ 'number-2-measure': '两', 'digit-1': '幺', 'digit-star': '星号', 'digit-hash': '井号' },
  ...{
    'digit-plus': '加',
    minutes: '分钟',
    'less-than': '不到',
    to: '到',
    oclock: '点',
    past: '分',
  },
  ...{ 'position-next': '下一位', 'position-before': '第', 'position-after': '位' },
  ...{ 'before-dawn': '凌晨', morning: '上午', noon: '中午', afternoon: '下午', evening: '晚上' },
  ...{ 'opens-before': '我们将于', 'opens-after': '恢复营业', today: '今天', tomorrow: '明天' },
  ...{ 'weekday-1': '星期一', 'weekday-7': '星期日', month: '月', day: '日' },
  [PAUSE]: ' ',
};

test.each<[SentencePart, string]>([
  [{ number: 0 }, '零'],
  [{ number: 2 }, '二'],
  [{ number: 10 }, '十'],
  [{ number: 12 }, '十二'],
  [{ number: 20 }, '二十'],
  [{ number: 22 }, '二十二'],
  [{ number: 100 }, '一百'],
  [{ number: 105 }, '一百零五'],
  [{ number: 110 }, '一百一十'],
  [{ number: 112 }, '一百一十二'],
  [{ number: 200 }, '两百'],
  [{ number: 222 }, '两百二十二'],
  [{ number: 1000 }, '一千'],
  [{ number: 1005 }, '一千零五'],
  [{ number: 1050 }, '一千零五十'],
  [{ number: 2002 }, '两千零二'],
  [{ number: 10_000 }, '一万'],
  [{ number: 10_010 }, '一万零一十'],
  [{ number: 12_000 }, '一万两千'],
  [{ number: 20_500 }, '两万零五百'],
  [{ number: 120_000 }, '十二万'],
  [{ number: 999_999 }, '九十九万九千九百九十九'],
  [{ minutes: 0 }, '零分钟'],
  [{ minutes: 1 }, '一分钟'],
  [{ minutes: 2 }, '两分钟'],
  [{ minutes: 12 }, '十二分钟'],
  [{ minutes: 22 }, '二十二分钟'],
  [{ minutesRange: [2, 4] }, '两到四分钟'],
  [{ minutesRange: [0, 2] }, '不到两分钟'],
  [{ minutesRange: [2, 2] }, '两分钟'],
  [{ position: 1 }, '下一位'],
  [{ position: 2 }, '第二位'],
  [{ position: 15 }, '第十五位'],
  [{ digits: '13800138000' }, '幺三八 零零幺三 八零零零'],
  [{ digits: '+8613800138001' }, '加八六 幺三八 零零幺三 八零零幺'],
  [{ digits: '057188880000' }, '零五七幺 八八八八 零零零零'],
  [{ digits: '12' }, '幺二'],
  [{ digits: '*2#' }, '星号二井号'],
  [{ time: '09:00' }, '上午九点'],
  [{ time: '00:05' }, '凌晨零点零五分'],
  [{ time: '02:30' }, '凌晨两点三十分'],
  [{ time: '12:00' }, '中午十二点'],
  [{ time: '14:02' }, '下午两点零二分'],
  [{ time: '18:00' }, '晚上六点'],
  [{ time: '24:00' }, '凌晨零点'],
  [{ timeRange: ['08:30', '17:30'] }, '上午八点三十分到下午五点三十分'],
  [{ opens: ['today', '14:00'] }, '我们将于今天下午两点恢复营业'],
  [{ opens: ['tomorrow', '09:00'] }, '我们将于明天上午九点恢复营业'],
  [{ opens: ['mon', '08:30'] }, '我们将于星期一上午八点三十分恢复营业'],
  [{ opens: ['sun', '12:00'] }, '我们将于星期日中午十二点恢复营业'],
  [{ opens: ['02-22', '09:00'] }, '我们将于二月二十二日上午九点恢复营业'],
  [{ opens: ['10-08', '09:05'] }, '我们将于十月八日上午九点零五分恢复营业'],
])('%j is %s', (part, spoken) => {
  expect(
    say(part, zhCn)
      .map((key) => CHINESE[key] ?? key)
      .join(''),
  ).toBe(spoken);
});

/** The keys of numbers as English writes them in digits. */
const english = (keys: string[]): string =>
  keys.map((key) => key.replace(/^(number|digit|position)-/, '')).join(' ');

test.each<[SentencePart, string]>([
  [{ number: 0 }, '0'],
  [{ number: 13 }, '13'],
  [{ number: 20 }, '20'],
  [{ number: 21 }, '20 1'],
  [{ number: 100 }, '1 hundred'],
  [{ number: 105 }, '1 hundred and 5'],
  [{ number: 1000 }, '1 thousand'],
  [{ number: 1005 }, '1 thousand and 5'],
  [{ number: 1234 }, '1 thousand 2 hundred and 30 4'],
  [{ number: 120_000 }, '1 hundred and 20 thousand'],
  [{ number: 999_999 }, '9 hundred and 90 9 thousand 9 hundred and 90 9'],
  [{ minutes: 0 }, '0 minutes'],
  [{ minutes: 1 }, '1 minute'],
  [{ minutes: 2 }, '2 minutes'],
  [{ minutesRange: [2, 4] }, '2 to 4 minutes'],
  [{ minutesRange: [0, 1] }, 'less-than 1 minute'],
  [{ minutesRange: [5, 5] }, '5 minutes'],
  [{ position: 1 }, 'next'],
  [{ position: 12 }, 'before 12 after'],
  [{ digits: '13800138000' }, '1 3 8 pause 0 0 1 3 pause 8 0 0 0'],
  [{ digits: '#1*' }, 'hash 1 star'],
  [{ digits: '+442079460' }, 'plus 4 pause 4 2 0 7 pause 9 4 6 0'],
  [{ time: '00:00' }, 'midnight'],
  [{ time: '00:05' }, '12 0 5 am'],
  [{ time: '12:00' }, 'noon'],
  [{ time: '12:30' }, '12 30 pm'],
  [{ time: '17:45' }, '5 40 5 pm'],
  [{ timeRange: ['09:00', '18:00'] }, '9 am to 6 pm'],
  [{ opens: ['today', '12:00'] }, 'opens-before today at noon'],
  [{ opens: ['tomorrow', '09:00'] }, 'opens-before tomorrow at 9 am'],
  [{ opens: ['thu', '08:30'] }, 'opens-before weekday-4 at 8 30 am'],
  [{ opens: ['10-08', '09:00'] }, 'opens-before on-the ordinal-8 month-10 at 9 am'],
  [{ opens: ['01-20', '09:00'] }, 'opens-before on-the ordinal-20 month-1 at 9 am'],
  [{ opens: ['02-22', '09:00'] }, 'opens-before on-the 20 ordinal-2 month-2 at 9 am'],
  [{ opens: ['12-30', '09:00'] }, 'opens-before on-the ordinal-30 month-12 at 9 am'],
  [{ opens: ['12-31', '09:00'] }, 'opens-before on-the 30 ordinal-1 month-12 at 9 am'],
])('%j is "%s"', (part, spoken) => {
  expect(english(say(part, en))).toBe(spoken);
});

test('"oh" is said in telephone numbers and minutes only', () => {
  expect(say({ digits: '0' }, en)).toEqual(['digit-0']);
  expect(say({ number: 0 }, en)).toEqual(['number-0']);
  expect(say({ time: '09:05' }, en)).toEqual(['number-9', 'digit-0', 'number-5', 'am']);
});

test.each<[unknown, RegExp]>([
  [{ number: -1 }, /^number is a whole number from 0 to 999999$/],
  [{ number: 1e9 }, /^number is/],
  [{ number: 1.5 }, /^number is/],
  [{ number: '3' }, /^number is/],
  [{ number: NaN }, /^number is/],
  [{ minutes: 1000 }, /^minutes is/],
  [{ minutesRange: [4, 2] }, /^minutesRange is a whole number from 4 to 999$/],
  [{ minutesRange: 3 }, /^minutesRange is a list of two$/],
  [{ minutesRange: [1, 2, 3] }, /^minutesRange is a list of two$/],
  [{ position: 0 }, /^position is/],
  [{ digits: 'abc' }, /^digits are 1 to 32/],
  [{ digits: '' }, /^digits are/],
  [{ digits: '1'.repeat(33) }, /^digits are/],
  [{ digits: '+'.repeat(3) }, /^digits are/],
  [{ digits: '1+2' }, /^digits are/],
  [{ digits: 138 }, /^digits are/],
  [{ time: '9:00' }, /^time is HH:MM/],
  [{ time: '24:01' }, /^time is/],
  [{ time: '12:60' }, /^time is/],
  [{ timeRange: ['09:00', 'late'] }, /^timeRange is HH:MM/],
  [{ opens: ['tuesday', '09:00'] }, /^opens is a day \(today, tomorrow, mon to sun, MM-DD\)/],
  [{ opens: ['13-01', '09:00'] }, /^opens is a day/],
  [{ opens: ['10-32', '09:00'] }, /^opens is a day/],
  [{ opens: [5, '09:00'] }, /^opens is a day/],
  [{ opens: ['today', 'soon'] }, /^opens is HH:MM/],
  [{ opens: 'today' }, /^opens is a list of two/],
  [{ weather: 'fine' }, /^a part is one of number, minutes, /],
  [{ toString: 1 }, /^a part is one of/],
  [{ number: 1, minutes: 1 }, /^a part is one of/],
  [{}, /^a part is one of/],
])('%j is refused', (part, message) => {
  for (const grammar of GRAMMARS) {
    expect(() => say(part as SentencePart, grammar)).toThrow(
      expect.objectContaining({
        code: 'bad-request',
        message: expect.stringMatching(message) as string,
      }) as Error,
    );
  }
});

test.each(GRAMMARS.map((grammar) => [grammar.language, grammar] as const))(
  '%s asks for no word that it does not list, and for each of them',
  (_language, grammar) => {
    const parts: SentencePart[] = [
      ...Array.from({ length: 1500 }, (_, n) => ({ number: n })),
      ...[2000, 20_000, 22_222].map((n) => ({ number: n })),
      ...[1, 2, 3].map((n) => ({ minutes: n })),
      ...[0, 2].map((from) => ({ minutesRange: [from, 5] as const })),
      ...[1, 2].map((position) => ({ position })),
      { digits: '+0123456789*#' },
      ...Array.from({ length: 24 }, (_, hour) => ({ time: `${String(hour).padStart(2, '0')}:00` })),
      { timeRange: ['00:07', '23:59'] },
      ...['today', 'tomorrow', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => ({
        opens: [day, '09:00'] as const,
      })),
      ...Array.from({ length: 31 }, (_, n) => ({
        opens: [
          `${String((n % 12) + 1).padStart(2, '0')}-${String(n + 1).padStart(2, '0')}`,
          '09:00',
        ] as const,
      })),
    ];
    const asked = new Set(parts.flatMap((part) => say(part, grammar)));
    asked.delete(PAUSE);
    expect([...asked].sort()).toEqual([...grammar.words].sort());
  },
);
