/** Decides what a plan may say of the forms of calls: lists of what can be chosen. */
import type { FormChoice, PlanForms } from '../plan';
import { FAULTS } from './faults';
import { listOf, matching, objectOf, oneOf, optionally, yesOrNo, type Field } from './fields';

const id = matching(
  /^[a-z0-9][a-z0-9._-]{0,63}$/i,
  '1-64 个字母、数字、点、横线或下划线',
  '1-64 letters, digits, dots, dashes or underscores',
);
const text = matching(/^(?=.*\S)[^\p{Cc}]{1,100}$/u, '1-100 个字符', '1-100 characters');

const SOURCE = { id, zh: text, en: text };
const DISPOSITION = {
  ...SOURCE,
  kind: optionally(oneOf('pre-sale', 'after-sale')),
  ends: optionally(yesOrNo),
};

/** One id, one choice: forms keep the id. */
const choices = (choice: Field<object>): Field<FormChoice[]> => ({
  read(raw) {
    const reading = (listOf(choice, 1) as Field<FormChoice[]>).read(raw);
    if (!('value' in reading)) return reading;
    const ids = reading.value.map((choice) => choice.id);
    const twice = ids.findIndex((one, index) => ids.indexOf(one) !== index);
    return twice < 0
      ? reading
      : { fault: FAULTS.duplicate(ids[twice] ?? '', 'forms'), within: `[${twice}].id` };
  },
});

export const FORMS = {
  sources: optionally(choices(objectOf(SOURCE))),
  dispositions: optionally(choices(objectOf(DISPOSITION))),
} satisfies {
  [K in keyof PlanForms]-?: Field<PlanForms[K]>;
};
