/** The difference of two plans in lines, as a person reads it. */
import type { FieldChange, PlanChange } from './difference';

type Language = 'zh' | 'en';

const WORDS = {
  zh: { nothing: '（无）', secret: '已更改' },
  en: { nothing: '(nothing)', secret: 'changed' },
};

/** Each section by its name, then `+` added, `-` removed, `~` changed with `field: old -> new`. */
export function differenceLines(changes: readonly PlanChange[], language: Language): string[] {
  const sections = [...new Set(changes.map(({ section }) => section))];
  return sections.flatMap((section) => [
    section,
    ...changes.filter((one) => one.section === section).map((one) => line(one, language)),
  ]);
}

function line(change: PlanChange, language: Language): string {
  const { id } = change;
  if (change.is === 'changed') {
    const fields = change.fields.map((field) => fieldLine(field, language)).join('; ');
    return id === null ? `  ~ ${fields}` : `  ~ ${id}: ${fields}`;
  }
  if (change.is === 'removed') return id === null ? '  -' : `  - ${id}`;
  const said = Object.entries(change.value).filter(([, value]) => value !== id);
  const all = shown(Object.fromEntries(said));
  return id === null ? `  + ${all}` : `  + ${id} (${all})`;
}

function fieldLine({ field, from, to, secret }: FieldChange, language: Language): string {
  const words = WORDS[language];
  if (secret) return `${field}: ${words.secret}`;
  const [old, now] = [from, to].map((value) =>
    value === null ? words.nothing : shown(value, true),
  );
  return `${field}: ${old} -> ${now}`;
}

/** As YAML has it in one line, without quotes: for a person, not for a program. */
function shown(value: unknown, inside = false): string {
  if (Array.isArray(value)) return `[${value.map((one) => shown(one, true)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return value === '' ? '""' : String(value);
  const fields = Object.entries(value).map(([key, one]) => `${key}: ${shown(one, true)}`);
  return inside ? `{ ${fields.join(', ')} }` : fields.join(', ');
}
