/** English: "one hundred and five", "one minute", "two minutes", and "oh" for 0 in telephone numbers. */
import type { Grammar, OpeningDay } from './part';

const SIGNS: Record<string, string> = {
  '0': 'digit-0',
  '*': 'digit-star',
  '#': 'digit-hash',
  '+': 'digit-plus',
};

export const en: Grammar = {
  language: 'en',
  words: [
    ...Array.from({ length: 20 }, (_, n) => `number-${n}`),
    ...[20, 30, 40, 50, 60, 70, 80, 90].map((n) => `number-${n}`),
    ...['hundred', 'thousand', 'and', 'digit-0', 'digit-star', 'digit-hash', 'digit-plus'],
    ...['minute', 'minutes', 'less-than', 'to', 'position-next', 'position-before'],
    ...['position-after', 'am', 'pm', 'noon', 'midnight', 'opens-before', 'today', 'tomorrow'],
    ...Array.from({ length: 7 }, (_, n) => `weekday-${n + 1}`),
    ...Array.from({ length: 20 }, (_, n) => `ordinal-${n + 1}`),
    ...Array.from({ length: 12 }, (_, n) => `month-${n + 1}`),
    ...['ordinal-30', 'on-the', 'at'],
  ],
  number,
  minutes,
  minutesRange: (from, to) =>
    from === 0 ? ['less-than', ...minutes(to)] : [...number(from), 'to', ...minutes(to)],
  position: (value) =>
    value === 1 ? ['position-next'] : ['position-before', ...number(value), 'position-after'],
  digits: (group) => [...group].map((digit) => SIGNS[digit] ?? `number-${digit}`),
  time,
  timeRange: (from, to) => [...time(from), 'to', ...time(to)],
  opens: (day, at) => ['opens-before', ...dayOf(day), 'at', ...time(at)],
};

/** "on Monday", "on the twenty-third of October": months and days of the week have their prepositions. */
function dayOf(day: OpeningDay): string[] {
  if (day.is === 'weekday') return [`weekday-${day.weekday}`];
  if (day.is === 'date') return ['on-the', ...ordinal(day.day), `month-${day.month}`];
  return [day.is];
}

function ordinal(value: number): string[] {
  if (value <= 20 || value === 30) return [`ordinal-${value}`];
  return [`number-${value - (value % 10)}`, `ordinal-${value % 10}`];
}

function number(value: number): string[] {
  const [thousands, rest] = [Math.floor(value / 1000), value % 1000];
  if (thousands === 0) return below1000(rest);
  const head = [...below1000(thousands), 'thousand'];
  if (rest === 0) return head;
  return [...head, ...(rest < 100 ? ['and'] : []), ...below1000(rest)];
}

function below1000(value: number): string[] {
  const [hundreds, rest] = [Math.floor(value / 100), value % 100];
  if (hundreds === 0) return below100(rest);
  const head = [`number-${hundreds}`, 'hundred'];
  return rest === 0 ? head : [...head, 'and', ...below100(rest)];
}

function below100(value: number): string[] {
  if (value < 20) return [`number-${value}`];
  const unit = value % 10;
  return [`number-${value - unit}`, ...(unit === 0 ? [] : [`number-${unit}`])];
}

function minutes(value: number): string[] {
  return [...number(value), value === 1 ? 'minute' : 'minutes'];
}

function time({ hour, minute }: { hour: number; minute: number }): string[] {
  if (minute === 0 && hour % 12 === 0) return [hour === 0 ? 'midnight' : 'noon'];
  const keys = number(hour % 12 === 0 ? 12 : hour % 12);
  if (minute > 0) keys.push(...(minute < 10 ? ['digit-0'] : []), ...number(minute));
  return [...keys, hour < 12 ? 'am' : 'pm'];
}
