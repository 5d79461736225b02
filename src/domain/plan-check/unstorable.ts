/** Texts of a plan that no database can keep: a NUL, or half of a surrogate pair. YAML and JSON write both as an escape. */
import { FAULTS, type PlanFault } from './faults';

const UNSTORABLE = /\0|\p{Surrogate}/u;

/** Every one with its place. Without recursion: who writes the file decides how deep it is. */
export function unstorableTexts(document: object): PlanFault[] {
  const faults: PlanFault[] = [];
  const left: [at: string, value: unknown][] = [['', document]];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const [at, value] = next;
    if (typeof value === 'string' && UNSTORABLE.test(value))
      faults.push({ at, ...FAULTS.unstorable() });
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, within] of Object.entries(value)) {
      if (UNSTORABLE.test(key)) faults.push({ at, ...FAULTS.unstorable() });
      else
        left.push([
          Array.isArray(value) ? `${at}[${key}]` : at === '' ? key : `${at}.${key}`,
          within,
        ]);
    }
  }
  return faults.reverse();
}
