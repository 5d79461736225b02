/**
 * Reads what somebody sent for a form. What cannot be is told, and takes nothing else with it: a bad level must not
 * cost a long note.
 */
import type { FormChoice } from '../plan';
import { suits, type Choices } from './choices';
import { LEAD_LEVELS, type FormAnswers } from './form';

/** What was sent, field by field; null clears one, a missing one stays. */
export type RawAnswers = { [K in keyof FormAnswers]?: string | null | undefined };

/** An answer that was not taken, and why. */
export interface FormFault {
  field: keyof FormAnswers;
  value: string;
  zh: string;
  en: string;
}

/** What of it can be taken. */
export function readAnswers(
  raw: RawAnswers,
  choices: Choices,
): { answers: Partial<FormAnswers>; faults: FormFault[] } {
  const answers: Partial<Record<keyof FormAnswers, string | null>> = {};
  const faults: FormFault[] = [];
  for (const [name, value] of Object.entries(raw)) {
    const field = name as keyof FormAnswers;
    if (value === undefined) continue;
    const allowed = valuesOf(field, choices);
    const taken = value === null || allowed === null ? value : idOf(value, allowed);
    if (taken !== undefined) answers[field] = taken;
    else faults.push(fault(field, value ?? '', idsOf(allowed ?? [])));
  }
  return { answers: answers as Partial<FormAnswers>, faults };
}

/** Null: any text. */
function valuesOf(field: keyof FormAnswers, choices: Choices): readonly Named[] | null {
  switch (field) {
    case 'kind':
      return KINDS;
    case 'level':
      return LEVELS;
    case 'source':
      return choices.sources;
    case 'disposition':
      return choices.dispositions;
    case 'note':
      return null;
  }
}

type Named = Pick<FormChoice, 'id' | 'zh' | 'en'>;

const KINDS: readonly Named[] = [
  { id: 'pre-sale', zh: '售前', en: 'pre-sale' },
  { id: 'after-sale', zh: '售后', en: 'after-sale' },
];
const LEVELS: readonly Named[] = LEAD_LEVELS.map((id) => ({ id, zh: `${id}级`, en: id }));

/** By its id, or by what people call it. */
const idOf = (value: string, choices: readonly Named[]): string | undefined =>
  choices.find(({ id }) => id === value)?.id ??
  choices.find(({ zh, en }) => zh === value || en === value)?.id;

const idsOf = (choices: readonly Named[]): string[] => choices.map(({ id }) => id);

const fault = (
  field: FormFault['field'],
  value: string,
  allowed: readonly string[],
): FormFault => ({
  ...{ field, value },
  zh: `应为 ${allowed.join('、')} 之一。`,
  en: `One of ${allowed.join(', ')} is wanted.`,
});

/** A disposition that cannot come of a call of that kind is none. */
export function misfit({ kind, disposition }: FormAnswers, choices: Choices): FormFault | null {
  const chosen = choices.dispositions.find(({ id }) => id === disposition);
  if (!chosen || suits(chosen, kind)) return null;
  const fitting = choices.dispositions.filter((one) => suits(one, kind));
  return fault('disposition', chosen.id, idsOf(fitting));
}
