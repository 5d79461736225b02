/** Reads a text message that somebody sent to be called: `姓名：张三；电话：138…；意向车型：X3`, or just his number in a sentence. */
import { fieldNamed, type Field } from './fields';

const PAIR = /^\s*([\p{Letter}\p{Number} ]{1,20}?)\s*[:：=]\s*(.+?)\s*$/u;
const MOBILE = /(?<!\d)(?:\+?86[- ]?|0086[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?!\d)/;

/** What it says by name, each once; a mobile number also without a name. */
export function messageFields(text: string): Map<Field, string> {
  const found = new Map<Field, string>();
  for (const part of text.split(/[;；,，\n。]/)) {
    const [, name, value] = PAIR.exec(part) ?? [];
    if (name === undefined || value === undefined) continue;
    const field = fieldNamed(name);
    if (field !== null && field !== 'message' && !found.has(field)) found.set(field, value);
  }
  if (!found.has('number')) {
    const [number] = MOBILE.exec(text.normalize('NFKC')) ?? [];
    if (number !== undefined) found.set('number', number);
  }
  return found;
}
