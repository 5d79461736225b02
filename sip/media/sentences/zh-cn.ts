/**
 * Mandarin. 两 stands before measure words, 百, 千 and 万 (两分钟, 两百); 二 everywhere else (十二, 第二). A gap in
 * the places of a number is one 零 (一百零五, 一万零一十). In telephone numbers 1 is 幺.
 */
import type { Grammar, OpeningDay } from './part';

/** 两 */
const LIANG = 'number-2-measure';
const PLACES = [
  [1000, 'thousand'],
  [100, 'hundred'],
  [10, 'number-10'],
  [1, null],
] as const;

export const zhCn: Grammar = {
  language: 'zh-CN',
  words: [
    ...Array.from({ length: 11 }, (_, n) => `number-${n}`),
    ...[LIANG, 'hundred', 'thousand', 'ten-thousand', 'digit-1', 'digit-star', 'digit-hash'],
    ...['digit-plus', 'minutes', 'less-than', 'to', 'position-next', 'position-before'],
    ...[
      'position-after',
      'before-dawn',
      'morning',
      'noon',
      'afternoon',
      'evening',
      'oclock',
      'past',
    ],
    ...['opens-before', 'opens-after', 'today', 'tomorrow', 'month', 'day'],
    ...Array.from({ length: 7 }, (_, n) => `weekday-${n + 1}`),
  ],
  number,
  minutes: (value) => [...counted(value), 'minutes'],
  minutesRange: (from, to) =>
    from === 0
      ? ['less-than', ...counted(to), 'minutes']
      : [...counted(from), 'to', ...counted(to), 'minutes'],
  position: (value) =>
    value === 1 ? ['position-next'] : ['position-before', ...number(value), 'position-after'],
  digits: (group) => [...group].map((digit) => SIGNS[digit] ?? `number-${digit}`),
  time,
  timeRange: (from, to) => [...time(from), 'to', ...time(to)],
  opens: (day, at) => ['opens-before', ...dayOf(day), ...time(at), 'opens-after'],
};

function dayOf(day: OpeningDay): string[] {
  if (day.is === 'weekday') return [`weekday-${day.weekday}`];
  if (day.is === 'date') return [...number(day.month), 'month', ...number(day.day), 'day'];
  return [day.is];
}

const SIGNS: Record<string, string> = {
  '1': 'digit-1',
  '*': 'digit-star',
  '#': 'digit-hash',
  '+': 'digit-plus',
};

function number(value: number): string[] {
  if (value === 0) return ['number-0'];
  const [high, low] = [Math.floor(value / 10_000), value % 10_000];
  if (high === 0) return below10000(low);
  const head = high === 2 ? [LIANG] : below10000(high);
  const gap = low > 0 && low < 1000 ? ['number-0'] : [];
  return [...head, 'ten-thousand', ...gap, ...(low === 0 ? [] : below10000(low, true))];
}

/** `within`: something stands before it, and ten is 一十 rather than 十. */
function below10000(value: number, within = false): string[] {
  const keys: string[] = [];
  let gap = false;
  for (const [size, place] of PLACES) {
    const digit = Math.floor(value / size) % 10;
    if (digit === 0) {
      gap = keys.length > 0;
      continue;
    }
    if (gap) keys.push('number-0');
    gap = false;
    // 十二, but 一百一十二.
    const bareTen = size === 10 && digit === 1 && keys.length === 0 && !within;
    if (!bareTen) keys.push(digit === 2 && size >= 100 ? LIANG : `number-${digit}`);
    if (place !== null) keys.push(place);
  }
  return keys;
}

/** A number before a measure word. */
function counted(value: number): string[] {
  return value === 2 ? [LIANG] : number(value);
}

function time({ hour, minute }: { hour: number; minute: number }): string[] {
  const twelve = hour > 12 ? hour - 12 : hour;
  const keys = [partOfDay(hour), ...counted(twelve), 'oclock'];
  if (minute === 0) return keys;
  return [...keys, ...(minute < 10 ? ['number-0'] : []), ...number(minute), 'past'];
}

function partOfDay(hour: number): string {
  if (hour < 6) return 'before-dawn';
  if (hour < 12) return 'morning';
  if (hour === 12) return 'noon';
  return hour < 18 ? 'afternoon' : 'evening';
}
