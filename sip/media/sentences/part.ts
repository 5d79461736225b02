/**
 * The parts of a sentence that no single prompt can hold, because they carry a value, and which values
 * they may carry. How a language says them is in its own file.
 */
import { MediaFailure } from '../failure';

/** Times are `HH:MM` from 00:00 to 24:00; digits 0-9, `*`, `#`, and `+` in front. */
export type SentencePart =
  /** 0..999,999 */
  | { number: number }
  /** 0..999 */
  | { minutes: number }
  /** From 0 ("less than ...") to 999; the first is not above the second. */
  | { minutesRange: readonly [from: number, to: number] }
  /** The caller's place in a queue, 1..9,999. */
  | { position: number }
  /** One by one and in groups, as a telephone number is read back; 1..32 of them. */
  | { digits: string }
  | { time: string }
  /** Opening hours. */
  | { timeRange: readonly [from: string, to: string] }
  /** When it opens next: `today`, `tomorrow`, `mon` … `sun`, or a day as `MM-DD`. */
  | { opens: readonly [day: string, time: string] };

export interface TimeOfDay {
  /** 0..23 */
  hour: number;
  minute: number;
}

export type OpeningDay =
  | { is: 'today' | 'tomorrow' }
  /** 1 is Monday, 7 is Sunday. */
  | { is: 'weekday'; weekday: number }
  | { is: 'date'; month: number; day: number };

/** How one language says each part, as keys of prompts. It is given values that were checked. */
export interface Grammar {
  /** Folder of the prompts. */
  language: string;
  /** Every key that it can ask for. */
  words: readonly string[];
  number(value: number): string[];
  minutes(value: number): string[];
  minutesRange(from: number, to: number): string[];
  position(value: number): string[];
  /** One group of digits, said without a pause. */
  digits(group: string): string[];
  time(time: TimeOfDay): string[];
  timeRange(from: TimeOfDay, to: TimeOfDay): string[];
  opens(day: OpeningDay, time: TimeOfDay): string[];
}

/** Stands for a short silence between groups of digits; there is no prompt of that name. */
export const PAUSE = 'pause';

/** Keys for one part. Throws `bad-request`, saying what the part may be. */
export function say(part: SentencePart, grammar: Grammar): string[] {
  const [name, ...more] = Object.keys(part) as (keyof typeof SAY)[];
  if (name === undefined || more.length > 0 || !Object.hasOwn(SAY, name)) {
    throw bad(`a part is one of ${Object.keys(SAY).join(', ')}`);
  }
  return SAY[name]((part as Record<string, unknown>)[name], grammar);
}

const SAY = {
  number: (value: unknown, grammar: Grammar) => grammar.number(whole('number', value, 0, 999_999)),
  minutes: (value: unknown, grammar: Grammar) => grammar.minutes(whole('minutes', value, 0, 999)),
  minutesRange: (value: unknown, grammar: Grammar) => {
    const [first, second] = pair('minutesRange', value);
    const from = whole('minutesRange', first, 0, 999);
    const to = whole('minutesRange', second, from, 999);
    return from === to ? grammar.minutes(to) : grammar.minutesRange(from, to);
  },
  position: (value: unknown, grammar: Grammar) =>
    grammar.position(whole('position', value, 1, 9999)),
  digits: (value: unknown, grammar: Grammar) => {
    if (typeof value !== 'string' || !/^(?=.{1,32}$)\+?[0-9*#]+$/.test(value)) {
      throw bad('digits are 1 to 32 of 0-9, * and #, + in front');
    }
    return groupsOf(value).flatMap((group, place) => [
      ...(place === 0 ? [] : [PAUSE]),
      ...grammar.digits(group),
    ]);
  },
  time: (value: unknown, grammar: Grammar) => grammar.time(timeOfDay('time', value)),
  timeRange: (value: unknown, grammar: Grammar) => {
    const [from, to] = pair('timeRange', value);
    return grammar.timeRange(timeOfDay('timeRange', from), timeOfDay('timeRange', to));
  },
  opens: (value: unknown, grammar: Grammar) => {
    const [day, time] = pair('opens', value);
    return grammar.opens(openingDay(day), timeOfDay('opens', time));
  },
};

/** Fours from the end, what is left in front: 138 0013 8000, +86 138 0013 8000, 0571 8888 0000. */
function groupsOf(digits: string): string[] {
  const [country = '', rest = digits] = /^(\+86)(.+)$/.exec(digits)?.slice(1) ?? [];
  const groups: string[] = [];
  for (let end = rest.length; end > 0; end -= 4) {
    groups.unshift(rest.slice(Math.max(0, end - 4), end));
  }
  return country === '' ? groups : [country, ...groups];
}

function whole(name: string, value: unknown, least: number, most: number): number {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) {
    return value as number;
  }
  throw bad(`${name} is a whole number from ${least} to ${most}`);
}

function pair(name: string, value: unknown): readonly [unknown, unknown] {
  if (Array.isArray(value) && value.length === 2) return value as [unknown, unknown];
  throw bad(`${name} is a list of two`);
}

function timeOfDay(name: string, value: unknown): TimeOfDay {
  const found = typeof value === 'string' ? /^(\d\d):(\d\d)$/.exec(value) : null;
  const [hour, minute] = [Number(found?.[1] ?? NaN), Number(found?.[2] ?? NaN)];
  if (hour === 24 && minute === 0) return { hour: 0, minute };
  if (hour < 24 && minute < 60) return { hour, minute };
  throw bad(`${name} is HH:MM from 00:00 to 24:00`);
}

const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

function openingDay(value: unknown): OpeningDay {
  if (value === 'today' || value === 'tomorrow') return { is: value };
  const weekday = WEEK.indexOf(String(value)) + 1;
  if (weekday > 0) return { is: 'weekday', weekday };
  const found = typeof value === 'string' ? /^(\d\d)-(\d\d)$/.exec(value) : null;
  const [month, day] = [Number(found?.[1] ?? NaN), Number(found?.[2] ?? NaN)];
  if (month >= 1 && month <= 12 && day >= 1 && day <= 31) return { is: 'date', month, day };
  throw bad('opens is a day (today, tomorrow, mon to sun, MM-DD) and a time');
}

function bad(message: string): MediaFailure {
  return new MediaFailure('bad-request', message);
}
