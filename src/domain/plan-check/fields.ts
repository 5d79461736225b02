/**
 * Reads one object of a plan file field by field. Decides what values a field takes and notes each
 * fault with its place; knows nothing of what the objects mean together.
 */
import { FAULTS, type FaultText, type PlanFault } from './faults';

/** A value that was read, or why it cannot be, and where within it (`[2].match`). */
export type Reading<T> = { value: T } | { fault: FaultText; within?: string };

/** How a field is read; one with a `fallback` may be left out. */
export interface Field<T> {
  read: (raw: unknown) => Reading<T>;
  fallback?: { value: T };
}

export type Fields<T> = { [K in keyof T]-?: Field<T[K]> };

/** The field may be left out and then has this value. */
export function optional<T>(field: Field<T>, value: T): Field<T> {
  return { ...field, fallback: { value } };
}

/** Text of a pattern. Numbers are refused, because YAML has dropped their leading zeros already. */
export function matching(pattern: RegExp, zh: string, en: string): Field<string> {
  return satisfying((text) => pattern.test(text), zh, en);
}

export function satisfying(test: (text: string) => boolean, zh: string, en: string): Field<string> {
  return {
    read(raw) {
      if (typeof raw === 'number') return { fault: FAULTS.quoteIt() };
      if (typeof raw === 'string' && test(raw)) return { value: raw };
      return { fault: FAULTS.wrong(zh, en) };
    },
  };
}

export function oneOf<T extends string>(...values: T[]): Field<T> {
  return {
    read(raw) {
      const value = values.find((candidate) => candidate === raw);
      if (value !== undefined) return { value };
      return { fault: FAULTS.noneOf(raw, values) };
    },
  };
}

export function integer(least: number, most: number): Field<number> {
  return {
    read(raw) {
      const fits = typeof raw === 'number' && Number.isInteger(raw) && raw >= least && raw <= most;
      if (fits) return { value: raw };
      return {
        fault: FAULTS.wrong(
          `${least} 到 ${most} 的整数`,
          `a whole number from ${least} to ${most}`,
        ),
      };
    },
  };
}

export const yesOrNo: Field<boolean> = {
  read: (raw) =>
    typeof raw === 'boolean'
      ? { value: raw }
      : { fault: FAULTS.wrong('true 或 false', 'true or false') },
};

/** Each element is read like the field; the first wrong one is told. */
export function listOf<T>(field: Field<T>, least = 0): Field<T[]> {
  return {
    read(raw) {
      if (!Array.isArray(raw)) return { fault: FAULTS.notAList() };
      if (raw.length < least) return { fault: FAULTS.missing() };
      const values: T[] = [];
      for (const [index, element] of raw.entries()) {
        const reading = field.read(element);
        if (!('value' in reading))
          return { fault: reading.fault, within: `[${index}]${reading.within ?? ''}` };
        values.push(reading.value);
      }
      return { value: values };
    },
  };
}

/** Names that the writer chooses, each with a value that is read like the field. */
export function namesTo<T>(name: RegExp, field: Field<T>): Field<Record<string, T>> {
  return {
    read(raw) {
      if (!isObject(raw)) return { fault: FAULTS.notAnObject() };
      const values: [string, T][] = [];
      for (const [key, value] of Object.entries(raw)) {
        if (!name.test(key)) return { fault: FAULTS.badName(key) };
        const reading = field.read(value);
        if (!('value' in reading)) return { fault: reading.fault, within: `.${key}` };
        values.push([key, reading.value]);
      }
      return { value: Object.fromEntries(values) };
    },
  };
}

/** An object within an object; its first fault is told with its place. */
export function objectOf<T extends object>(fields: Fields<T>): Field<T> {
  return {
    read(raw) {
      const faults: PlanFault[] = [];
      const value = readObject(raw, fields, { at: '', faults });
      if (value !== null) return { value };
      const [{ at: within, ...fault } = { at: '', ...FAULTS.notAnObject() }] = faults;
      return { fault, within };
    },
  };
}

/** The field may be left out, and is left out then. */
export const optionally = <T>(field: Field<T>): Field<T | undefined> =>
  optional<T | undefined>(field, undefined);

export function isObject(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

/** Where in the file something is read, and where its faults go. */
export interface Place {
  at: string;
  faults: PlanFault[];
}

/**
 * Reads an object with exactly these fields. Every fault goes to `faults`; null when there was one,
 * or when a key is not known.
 */
export function readObject<T extends object>(
  raw: unknown,
  fields: Fields<T>,
  { at, faults }: Place,
): T | null {
  if (!isObject(raw)) {
    faults.push({ at, ...FAULTS.notAnObject() });
    return null;
  }
  const before = faults.length;
  const known = Object.keys(fields);
  for (const key of Object.keys(raw)) {
    if (!known.includes(key)) {
      faults.push({ at: `${at}.${key}`, ...FAULTS.unknownKey(key, known) });
    }
  }
  const values: [string, unknown][] = [];
  for (const [key, field] of Object.entries<Field<unknown>>(fields)) {
    const reading = readField(raw[key], field);
    if ('fault' in reading)
      faults.push({ at: `${at}.${key}${reading.within ?? ''}`, ...reading.fault });
    else if (reading.value !== undefined) values.push([key, reading.value]);
  }
  return faults.length === before ? (Object.fromEntries(values) as T) : null;
}

function readField<T>(raw: unknown, field: Field<T>): Reading<T> {
  if (raw !== undefined && raw !== null) return field.read(raw);
  return field.fallback ?? { fault: FAULTS.missing() };
}
