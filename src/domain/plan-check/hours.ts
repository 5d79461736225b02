/** Decides what a plan may say of opening hours. */
import { dayNumber } from '../hours/local-time';
import type { PlanHours, Span } from '../plan';
import { FAULTS } from './faults';
import {
  isObject,
  listOf,
  matching,
  objectOf,
  optionally,
  satisfying,
  type Field,
  type Fields,
} from './fields';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const SPANS = [
  '"09:00-18:00"，多段用逗号',
  'a time such as "09:00-18:00", several with commas',
] as const;

const day = satisfying(
  (text) => dayNumber(text) !== null,
  '日期，例如 2026-10-01',
  'a day such as 2026-10-01',
);

/** `09:00-12:00, 13:00-18:00` in order and without overlap; `""` is closed; `24:00` ends a day. */
function readSpans(text: string): Span[] | null {
  if (text.trim() === '') return [];
  const spans: Span[] = [];
  for (const part of text.split(/[,，]/)) {
    const [, fromHour, fromMinute, toHour, toMinute] =
      /^\s*(\d{1,2}):([0-5]\d)\s*-\s*(\d{1,2}):([0-5]\d)\s*$/.exec(part)?.map(Number) ?? [];
    const from = (fromHour ?? 99) * 60 + (fromMinute ?? 0);
    const to = (toHour ?? 99) * 60 + (toMinute ?? 0);
    const last = spans.at(-1)?.[1] ?? 0;
    if (from < last || from >= to || to > 1440) return null;
    spans.push([from, to]);
  }
  return spans;
}

const open: Field<readonly Span[]> = {
  read(raw) {
    const spans = typeof raw === 'string' ? readSpans(raw) : null;
    return spans === null ? { fault: FAULTS.wrong(...SPANS) } : { value: spans };
  },
};

/** `mon-fri`, `sat`, `daily`: which days of the week; null when it is none of these. */
function daysOf(key: string): number[] | null {
  if (key === 'daily') return [0, 1, 2, 3, 4, 5, 6];
  const [first = '', last = first, ...more] = key.split('-');
  const [from, to] = [DAYS.indexOf(first), DAYS.indexOf(last)];
  if (from < 0 || to < from || more.length > 0) return null;
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** A day that is named twice is open in the last of its times; one that is not named is closed. */
const week: Field<readonly (readonly Span[])[]> = {
  read(raw) {
    if (!isObject(raw)) return { fault: FAULTS.notAnObject() };
    const days: (readonly Span[])[] = DAYS.map(() => []);
    for (const [key, text] of Object.entries(raw)) {
      const named = daysOf(key);
      if (named === null)
        return { fault: FAULTS.unknownKey(key, [...DAYS, 'mon-fri', 'daily']), within: `.${key}` };
      const reading = open.read(text);
      if ('fault' in reading) return { ...reading, within: `.${key}` };
      for (const index of named) days[index] = reading.value;
    }
    return { value: days };
  },
};

/** One day, or the first and the last of several. */
const holiday: Field<{ from: string; to: string }> = {
  read(raw) {
    const text = typeof raw === 'string' ? raw : '';
    const [from = '', to = from, ...more] = text.split('/').map((part) => part.trim());
    const [first, last] = [dayNumber(from), dayNumber(to)];
    if (first === null || last === null || last < first || more.length > 0)
      return {
        fault: FAULTS.wrong(
          '日期或日期范围，例如 2026-10-01/2026-10-07',
          'a day or days such as 2026-10-01/2026-10-07',
        ),
      };
    return { value: { from, to } };
  },
};

const WORKDAY: Fields<{ day: string; open: readonly Span[] }> = { day, open };

/** An element of the section `hours`. */
export const HOURS: Fields<PlanHours> = {
  id: matching(
    /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u,
    '1-64 个字母或数字',
    '1-64 letters or digits',
  ),
  week,
  holidays: optionally(listOf(holiday)),
  workdays: optionally(listOf(objectOf(WORKDAY))),
};
